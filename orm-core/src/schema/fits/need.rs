//! What not every database has: the one table that the compiler's check and the
//! judgement at run time read.

use crate::schema::Backend;

/// Something that a model can need and not every database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Array,
    Range,
    Interval,
    NetworkAddress,
    Words,
    Vector,
    NamedType,
    Schema,
    MaterializedView,
    ReservedName,
    NamesApartByCase,
    NumberedColumn,
    SequenceOptions,
    GeneratedKey,
    NullsAlike,
    DeferredUnique,
    Exclusion,
    MatchFull,
    Collation,
    Unlogged,
    StorageParameters,
    Partitioning,
    HashIndex,
    GinIndex,
    GistIndex,
    SpGistIndex,
    BrinIndex,
    HnswIndex,
    IvfFlatIndex,
    IncludedColumns,
    OperatorClass,
    NullsOrder,
    PartialIndex,
    ExpressionIndex,
    DeferredKey,
    SetDefault,
    Cast,
    ArrayValue,
    Operator,
    TypedValue,
    Function,
    ChangingFunction,
    DecimalArithmetic,
}

/// What is known about one need.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) need: Need,
    /// What is needed: "`Post.tags` needs ..".
    pub(crate) what: &'static str,
    /// The databases that have it.
    pub(crate) held_by: &'static [Backend],
    /// What is true of the others: "which SQLite ..".
    pub(crate) lack: &'static str,
    /// What to write instead.
    pub(crate) instead: &'static str,
}

const fn row(need: Need, what: &'static str, held_by: &'static [Backend]) -> Row {
    Row {
        need,
        what,
        held_by,
        lack: "does not have",
        instead: "",
    }
}

impl Row {
    const fn lack(self, lack: &'static str) -> Row {
        Row { lack, ..self }
    }

    const fn instead(self, instead: &'static str) -> Row {
        Row { instead, ..self }
    }
}

const POSTGRES: &[Backend] = &[Backend::Postgres];
const BOTH: &[Backend] = &[Backend::Postgres, Backend::Sqlite];

const NO_METHOD: &str = "leave `method` out: a `btree` index is in every database";

/// Every need, in the order of the variants.
#[rustfmt::skip]
pub(crate) const ROWS: &[Row] = &[
    row(Need::Array, "arrays", POSTGRES)
        .instead("write `Json<Vec<..>>`, or give the elements a table of their own"),
    row(Need::Range, "ranges", POSTGRES)
        .instead("write two fields, where it begins and where it ends"),
    row(Need::Interval, "intervals", POSTGRES)
        .instead("write an `i64` with its unit in the name, such as `seconds`"),
    row(Need::NetworkAddress, "network addresses", POSTGRES)
        .instead("write a `String` with `#[validate(ip)]`, or `ip_range` for a network"),
    row(Need::Words, "the words of a text", POSTGRES)
        .instead("leave the field out, and ask the text with `icontains`"),
    row(Need::Vector, "vectors", POSTGRES)
        .instead("write `Json<Vec<f32>>`, and compare the numbers in the program"),
    row(Need::NamedType, "the type", POSTGRES)
        .instead("leave `sql_type` out, and give the field a type that every database has"),
    row(Need::Schema, "the schema", POSTGRES)
        .instead("leave `schema` out, and make it a part of the table's name"),
    row(Need::MaterializedView, "a materialized view", POSTGRES)
        .instead("write `view`, or fill a table of its own with what the query has"),
    row(Need::ReservedName, "the name", POSTGRES)
        .lack("keeps for itself").instead("choose one that does not begin with `sqlite_`"),
    row(Need::NamesApartByCase, "the names", POSTGRES)
        .lack("takes for one").instead("choose names that differ in more than capital letters"),
    row(Need::NumberedColumn, "numbers from the database", POSTGRES)
        .lack("gives to a primary key of one column alone").instead("make it the primary key, or set the number yourself"),
    row(Need::SequenceOptions, "sequences", POSTGRES)
        .instead("leave its options out: the numbers are 1, 2, 3, .."),
    row(Need::GeneratedKey, "a generated primary key", POSTGRES)
        .instead("take another primary key, and make the generated column unique"),
    row(Need::NullsAlike, "`nulls_not_distinct`", POSTGRES)
        .instead("leave it out, or make the columns NOT NULL"),
    row(Need::DeferredUnique, "`deferrable`", POSTGRES)
        .instead("leave it out, and write the rows in an order that holds"),
    row(Need::Exclusion, "`exclude`", POSTGRES)
        .instead("leave it out, and look for rows in conflict in the transaction that writes"),
    row(Need::MatchFull, "`match_full`", POSTGRES)
        .instead("leave it out, and say it as a check: `(a IS NULL) = (b IS NULL)`"),
    row(Need::Collation, "the collation", POSTGRES)
        .instead("leave `collation` out, and sort in the program"),
    row(Need::Unlogged, "`unlogged`", POSTGRES)
        .instead("leave it out"),
    row(Need::StorageParameters, "`storage`", POSTGRES)
        .instead("leave it out"),
    row(Need::Partitioning, "`partition_by`", POSTGRES)
        .instead("leave it out, and index the columns"),
    row(Need::HashIndex, "the index method `hash`", POSTGRES).instead(NO_METHOD),
    row(Need::GinIndex, "the index method `gin`", POSTGRES).instead(NO_METHOD),
    row(Need::GistIndex, "the index method `gist`", POSTGRES).instead(NO_METHOD),
    row(Need::SpGistIndex, "the index method `spgist`", POSTGRES).instead(NO_METHOD),
    row(Need::BrinIndex, "the index method `brin`", POSTGRES).instead(NO_METHOD),
    row(Need::HnswIndex, "the index method `hnsw`", POSTGRES).instead(NO_METHOD),
    row(Need::IvfFlatIndex, "the index method `ivfflat`", POSTGRES).instead(NO_METHOD),
    row(Need::IncludedColumns, "`include`", POSTGRES)
        .instead("leave it out, or add the columns at the end of `columns`"),
    row(Need::OperatorClass, "the operator class", POSTGRES)
        .instead("leave `ops` out"),
    row(Need::NullsOrder, "an index with this order of NULLs", POSTGRES)
        .instead("leave `nulls` out, or write `asc nulls first` or `desc nulls last`"),
    row(Need::PartialIndex, "an index with `where`", BOTH)
        .instead("leave `where` out"),
    row(Need::ExpressionIndex, "an index of an expression", BOTH)
        .instead("index a `generated` column that holds the expression"),
    row(Need::DeferredKey, "`deferrable`", BOTH)
        .instead("leave it out, and write the rows in an order that holds"),
    row(Need::SetDefault, "the action `set_default`", BOTH)
        .instead("write `set_null`"),
    row(Need::Cast, "the cast", POSTGRES)
        .instead("write `CAST(value AS type)`, or leave the cast out"),
    row(Need::ArrayValue, "arrays", POSTGRES)
        .instead("compare with `IN (..)`, or leave them out"),
    row(Need::Operator, "the operator", POSTGRES)
        .instead("write it with operators that every database has"),
    row(Need::TypedValue, "values written as", POSTGRES)
        .instead("write the value as a text, without the name of a type before it"),
    row(Need::Function, "the function", POSTGRES)
        .instead("write it without the function, or set the value in the program"),
    row(Need::ChangingFunction, "the time or chance of", POSTGRES)
        .lack("allows in a default alone").instead("validate it in the program: `#[model(validate = ..)]`"),
    row(Need::DecimalArithmetic, "arithmetic with the decimal", POSTGRES)
        .lack("does in binary fractions").instead("count in whole units, an `i64` of cents, or compute it in the program"),
];

const _: () = {
    let mut at = 0;
    while at < ROWS.len() {
        assert!(ROWS[at].need as usize == at, "a need is not in its row");
        at += 1;
    }
};

impl Need {
    /// What is known about it.
    pub(crate) const fn row(self) -> &'static Row {
        &ROWS[self as usize]
    }

    /// Whether a database has it.
    pub(crate) const fn is_held_by(self, backend: Backend) -> bool {
        backend.is_in(self.row().held_by)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_need_has_its_row_and_says_what_to_write() {
        for row in ROWS {
            assert!(!row.instead.is_empty(), "{:?}", row.need);
            assert!(row.need.is_held_by(Backend::Postgres), "{:?}", row.need);
        }
        assert_eq!(ROWS.len(), Need::DecimalArithmetic as usize + 1);
    }
}
