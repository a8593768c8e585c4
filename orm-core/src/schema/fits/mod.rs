//! Which models fit which databases: what each part of a table needs, compared
//! with what the database has.
//!
//! Everything here is `const`: the derive asks it while a program is compiled, of
//! the parts of a model that says where it lives; `refusal` asks it of the others
//! when they meet a database that is not PostgreSQL.

mod expression;
mod need;
mod part;

pub(crate) use need::Need;
pub use part::Part;
use part::part;

use super::{
    Action, AssociationDef, AssociationKind, Backend, ColumnDef, DefaultValue, Deferrable,
    IndexDef, IndexMethod, IndexTerm, SqlType, TableDef, TableKind,
};
use expression::Place;

/// What a part of a table needs and a database lacks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Misfit {
    pub(crate) part: Part,
    pub(crate) need: Need,
    /// The word that shows it; empty where the part does.
    pub(crate) word: &'static str,
    /// Another one that it clashes with; mostly empty.
    pub(crate) other: &'static str,
}

impl Misfit {
    /// The field it is about, where it is about one.
    pub(crate) fn field(&self, table: &'static TableDef) -> Option<&'static str> {
        match self.part {
            Part::ColumnName(at)
            | Part::ColumnType(at)
            | Part::Collation(at)
            | Part::Numbering(at)
            | Part::Sequence(at)
            | Part::Generated(at)
            | Part::Default(at) => Some(table.column(at).field),
            _ => None,
        }
    }
}

/// A need, and the word that shows it.
type Shown = (Need, &'static str);

/// What a part of a table needs that a database lacks.
pub(crate) const fn misfit(
    table: &'static TableDef,
    part: Part,
    backend: Backend,
) -> Option<Misfit> {
    if let Part::ColumnName(at) = part
        && let Some(other) = same_but_for_case(table, at)
        && !Need::NamesApartByCase.is_held_by(backend)
    {
        return Some(Misfit {
            part,
            need: Need::NamesApartByCase,
            word: other,
            other: table.column(at).name,
        });
    }
    match lacked(table, part, backend) {
        Some((need, word)) => Some(Misfit {
            part,
            need,
            word,
            other: "",
        }),
        None => None,
    }
}

/// The first of a table's parts that does not fit a database.
pub(crate) const fn first_misfit(table: &'static TableDef, backend: Backend) -> Option<Misfit> {
    let mut nth = 0;
    while let Some(part) = part(table, nth) {
        if let Some(misfit) = misfit(table, part, backend) {
            return Some(misfit);
        }
        nth += 1;
    }
    None
}

/// All of a table's parts that do not fit a database.
pub(crate) fn misfits(table: &'static TableDef, backend: Backend) -> impl Iterator<Item = Misfit> {
    let parts = (0..).map_while(move |nth| part(table, nth));
    parts.filter_map(move |part| misfit(table, part, backend))
}

const fn lacked(table: &'static TableDef, part: Part, backend: Backend) -> Option<Shown> {
    match part {
        Part::Kind => {
            let is_materialized = matches!(table.kind, TableKind::MaterializedView);
            needed(is_materialized, Need::MaterializedView, backend)
        }
        Part::Schema => match table.name.schema {
            Some(schema) => unless_held((Need::Schema, schema), backend),
            None => None,
        },
        Part::Unlogged => needed(table.storage.unlogged, Need::Unlogged, backend),
        Part::Parameters => {
            let is_needed = !table.storage.parameters.is_empty();
            needed(is_needed, Need::StorageParameters, backend)
        }
        Part::Partition => {
            let is_needed = table.storage.partition.is_some();
            needed(is_needed, Need::Partitioning, backend)
        }
        Part::Name => reserved(table.name.name, backend),
        Part::ColumnName(at) => reserved(table.column(at).name, backend),
        Part::ColumnType(at) => match of_type(&table.column(at).sql_type) {
            Some(shown) => unless_held(shown, backend),
            None => None,
        },
        Part::Collation(at) => match table.column(at).collation {
            Some(name) => unless_held((Need::Collation, name), backend),
            None => None,
        },
        Part::Numbering(at) => numbering(table, at, backend),
        Part::Sequence(at) => {
            let is_said = table.column(at).sequence.is_some();
            needed(is_said, Need::SequenceOptions, backend)
        }
        Part::Generated(at) => generated(table, at, backend),
        Part::Default(at) => match table.column(at).default {
            Some(DefaultValue::Sql(text)) => expression::lacked(text, Place::Default, &[], backend),
            _ => None,
        },
        Part::Nulls(at) => {
            let alike = table.uniques[at as usize].nulls_not_distinct;
            needed(alike, Need::NullsAlike, backend)
        }
        Part::Deferred(at) => {
            let deferred = !matches!(table.uniques[at as usize].deferrable, Deferrable::No);
            needed(deferred, Need::DeferredUnique, backend)
        }
        Part::Exclusion(_) => needed(true, Need::Exclusion, backend),
        Part::Check(at) => {
            let text = table.checks[at as usize].expression;
            expression::lacked(text, Place::Stored, table.columns, backend)
        }
        Part::IndexName(at) => reserved(table.indexes[at as usize].name, backend),
        Part::IndexMethod(at) => match of_method(table.indexes[at as usize].method) {
            Some(need) => unless_held((need, ""), backend),
            None => None,
        },
        Part::IndexParts(at) => index_parts(&table.indexes[at as usize], table.columns, backend),
        Part::IndexInclude(at) => {
            let includes = !table.indexes[at as usize].include.is_empty();
            needed(includes, Need::IncludedColumns, backend)
        }
        Part::IndexParameters(at) => {
            let is_needed = !table.indexes[at as usize].parameters.is_empty();
            needed(is_needed, Need::StorageParameters, backend)
        }
        Part::IndexFilter(at) => match table.indexes[at as usize].filter {
            Some(_) if !Need::PartialIndex.is_held_by(backend) => Some((Need::PartialIndex, "")),
            Some(text) => expression::lacked(text, Place::Stored, table.columns, backend),
            None => None,
        },
        Part::Association(at) => of_key(&table.associations[at as usize], backend),
    }
}

const fn unless_held(shown: Shown, backend: Backend) -> Option<Shown> {
    if shown.0.is_held_by(backend) {
        None
    } else {
        Some(shown)
    }
}

const fn needed(is_needed: bool, need: Need, backend: Backend) -> Option<Shown> {
    if is_needed {
        unless_held((need, ""), backend)
    } else {
        None
    }
}

/// What a type needs; `None` of the types that every database can hold.
const fn of_type(sql_type: &SqlType) -> Option<Shown> {
    Some(match sql_type {
        SqlType::Bool
        | SqlType::Int2
        | SqlType::Int4
        | SqlType::Int8
        | SqlType::Float4
        | SqlType::Float8
        | SqlType::Numeric(_)
        | SqlType::Text
        | SqlType::Varchar(_)
        | SqlType::Char(_)
        | SqlType::Bytea
        | SqlType::Date
        | SqlType::Time
        | SqlType::Timestamp
        | SqlType::Timestamptz
        | SqlType::Uuid
        | SqlType::Json
        | SqlType::Jsonb
        | SqlType::Enum(_) => return None,
        SqlType::Interval => (Need::Interval, ""),
        SqlType::Inet | SqlType::Cidr => (Need::NetworkAddress, ""),
        SqlType::TsVector => (Need::Words, ""),
        SqlType::Vector(_) => (Need::Vector, ""),
        SqlType::Range(_) => (Need::Range, ""),
        SqlType::Array(_) => (Need::Array, ""),
        SqlType::Named(name) => (Need::NamedType, name),
    })
}

const fn of_method(method: IndexMethod) -> Option<Need> {
    match method {
        IndexMethod::Btree => None,
        IndexMethod::Hash => Some(Need::HashIndex),
        IndexMethod::Gin => Some(Need::GinIndex),
        IndexMethod::Gist => Some(Need::GistIndex),
        IndexMethod::SpGist => Some(Need::SpGistIndex),
        IndexMethod::Brin => Some(Need::BrinIndex),
        IndexMethod::Hnsw => Some(Need::HnswIndex),
        IndexMethod::IvfFlat => Some(Need::IvfFlatIndex),
    }
}

const fn numbering(table: &'static TableDef, at: u16, backend: Backend) -> Option<Shown> {
    let is_key = table.primary_key.len() == 1 && table.primary_key[0] == at;
    let is_numbered = table.column(at).identity.is_some();
    needed(is_numbered && !is_key, Need::NumberedColumn, backend)
}

const fn generated(table: &'static TableDef, at: u16, backend: Backend) -> Option<Shown> {
    let column: &ColumnDef = table.column(at);
    let Some(text) = column.generated else {
        return None;
    };
    match needed(column.primary_key, Need::GeneratedKey, backend) {
        None => expression::lacked(text, Place::Stored, table.columns, backend),
        found => found,
    }
}

const fn index_parts(
    index: &IndexDef,
    columns: &'static [ColumnDef],
    backend: Backend,
) -> Option<Shown> {
    let mut at = 0;
    while at < index.parts.len() {
        let part = &index.parts[at];
        let mut found = match part.term {
            IndexTerm::Column(_) => None,
            IndexTerm::Expression(text) => match needed(true, Need::ExpressionIndex, backend) {
                None => expression::lacked(text, Place::Stored, columns, backend),
                found => found,
            },
        };
        if let (None, Some(class)) = (found, part.operator_class) {
            found = unless_held((Need::OperatorClass, class), backend);
        }
        // Elsewhere NULL is the least of all values.
        if let (None, Some(first)) = (found, part.nulls_first) {
            found = needed(first == part.descending, Need::NullsOrder, backend);
        }
        if found.is_some() {
            return found;
        }
        at += 1;
    }
    None
}

const fn of_key(association: &AssociationDef, backend: Backend) -> Option<Shown> {
    if !matches!(association.kind, AssociationKind::BelongsTo) || !association.constraint {
        return None;
    }
    let is_deferred = !matches!(association.deferrable, Deferrable::No);
    let sets_default = matches!(association.on_delete, Action::SetDefault)
        || matches!(association.on_update, Action::SetDefault);
    if let Some(found) = needed(association.match_full, Need::MatchFull, backend) {
        return Some(found);
    }
    match needed(is_deferred, Need::DeferredKey, backend) {
        None => needed(sets_default, Need::SetDefault, backend),
        found => found,
    }
}

const fn reserved(name: &'static str, backend: Backend) -> Option<Shown> {
    const PREFIX: &[u8] = b"sqlite_";
    let bytes = name.as_bytes();
    let mut at = 0;
    while at < PREFIX.len() {
        if at >= bytes.len() || !bytes[at].eq_ignore_ascii_case(&PREFIX[at]) {
            return None;
        }
        at += 1;
    }
    unless_held((Need::ReservedName, name), backend)
}

/// The name of an earlier column that differs from this one's in case alone.
const fn same_but_for_case(table: &'static TableDef, position: u16) -> Option<&'static str> {
    let mut at = 0;
    while at < position {
        let other = table.column(at).name;
        if is_same_word(other, table.column(position).name) {
            return Some(other);
        }
        at += 1;
    }
    None
}

/// `==`, whatever letters are capitals.
const fn is_same_word(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at].eq_ignore_ascii_case(&right[at]) {
        at += 1;
    }
    at == left.len() && at == right.len()
}
