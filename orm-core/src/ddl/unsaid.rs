//! What models have no words for, of tables and what is in them: one judgement,
//! which differences, pulled models and notices share.

use std::fmt;

use super::blueprint::{Column, ForeignKey, Index, Part, Rule, Table};
use super::readable;
use crate::schema::{Action, Backend};

/// The most columns of a key that models can have.
pub const WIDEST_KEY: usize = 8;

/// Why no model stands for a table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum TableReason {
    /// It keeps the history of a tool that migrates.
    History,
    /// It has no primary key.
    NoPrimaryKey,
    /// Its primary key has too many columns.
    WideKey,
    /// A column of its primary key has a type that is never equal for sure, or
    /// that no Rust type reads.
    KeyType {
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
}

/// Why no attribute describes an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum IndexReason {
    /// Its method is none of the built-in ones.
    Method,
    /// It takes two NULLs for equal.
    Nulls,
    /// It is over a column that the models leave out.
    Column,
    /// A constraint of the table has its name.
    SameName,
    /// It is a part of an index of the table above, and changed there.
    Inherited,
}

/// Why no attribute describes a constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum ConstraintReason {
    /// It is a primary key and can be checked later.
    Deferrable,
    /// It sets only some of its columns when the other row goes.
    PartlySet,
    /// It is a check that tables made from this one do not have.
    NotInherited,
    /// It is a key whose index stores more columns (INCLUDE).
    Stored,
    /// It is one whose index has storage parameters.
    Parameters,
    /// It is from a table above this one, and changed there.
    Inherited,
    /// It is over a column that the models leave out.
    Column,
    /// It is a foreign key to a table without a model.
    NoTarget,
    /// It is a foreign key whose columns have other types than those they refer to.
    Types,
    /// It is a foreign key over the same columns to the same table as another one.
    Twice,
    /// It is a foreign key of too many columns.
    TooWide,
    /// It is a foreign key with an action that can never succeed.
    Action,
}

/// Why no model can stand for a table.
pub fn table(backend: Backend, table: &Table) -> Option<TableReason> {
    if is_history(table) {
        return Some(TableReason::History);
    }
    let key = primary_key(table);
    if key.is_empty() {
        return Some(TableReason::NoPrimaryKey);
    }
    if key.len() > WIDEST_KEY {
        return Some(TableReason::WideKey);
    }
    // SQLite's types say little of what is in them.
    let columns = key.iter().filter_map(|name| table.column(name));
    let mut columns = columns.filter(|_| backend == Backend::Postgres);
    let bad = columns.find(|it| !readable::is_keyable(&it.kind))?;
    Some(TableReason::KeyType {
        column: bad.name.clone(),
        kind: bad.kind.to_string(),
    })
}

/// The columns of the primary key; none if there is none.
pub fn primary_key(table: &Table) -> &[String] {
    let mut rules = table.constraints.iter().map(|it| &it.rule);
    rules
        .find_map(|rule| match rule {
            Rule::PrimaryKey(columns) => Some(columns.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
}

/// The tables in which tools that migrate keep what they did: ours, and those
/// of others that people come from.
const HISTORIES: [&str; 21] = [
    "orm_migrations",
    "orm_seeds",
    "SequelizeMeta",
    "SequelizeData",
    "_sqlx_migrations",
    "__diesel_schema_migrations",
    "_prisma_migrations",
    "refinery_schema_history",
    "schema_migrations",
    "schema_migration",
    "flyway_schema_history",
    "seaql_migrations",
    "ar_internal_metadata",
    "django_migrations",
    "alembic_version",
    "knex_migrations",
    "knex_migrations_lock",
    "goose_db_version",
    "__EFMigrationsHistory",
    "databasechangelog",
    "databasechangeloglock",
];

/// Whether a table keeps a history: by its name, or by the columns of ours,
/// whatever it is called.
pub fn is_history(table: &Table) -> bool {
    const OURS: [&str; 4] = ["name", "checksum", "checksum_algorithm", "steps_done"];
    HISTORIES.contains(&table.name.name.as_str())
        || OURS.iter().all(|it| table.column(it).is_some())
}

/// Whether no field can stand for a column.
pub fn is_unreadable(backend: Backend, column: &Column) -> bool {
    backend == Backend::Postgres && !readable::is_readable(&column.kind)
}

/// Why no attribute describes an index, whatever is around it.
pub fn index(index: &Index) -> Option<IndexReason> {
    const METHODS: [&str; 8] = [
        "btree", "hash", "gin", "gist", "spgist", "brin", "hnsw", "ivfflat",
    ];
    if index.nulls_not_distinct {
        return Some(IndexReason::Nulls);
    }
    if !METHODS.contains(&index.method.as_str()) {
        return Some(IndexReason::Method);
    }
    None
}

/// NULLs come last, and first where the order is descending.
pub fn is_usual_order(part: &Part) -> bool {
    part.nulls_first
        .is_none_or(|first| first == part.descending)
}

/// Whether an expression has a name in it.
pub fn mentions(expression: &str, name: &str) -> bool {
    super::token::mentions(expression, name)
}

/// The action, or none where it could never succeed: no model says such a one.
pub fn possible_action(table: &Table, key: &ForeignKey, action: Action) -> Action {
    let mut columns = key.columns.iter().filter_map(|it| table.column(it));
    let succeeds = match action {
        Action::SetNull => columns.all(|it| it.nullable),
        Action::SetDefault => columns.all(|it| it.nullable || it.default.is_some()),
        Action::Restrict | Action::NoAction | Action::Cascade => true,
    };
    if succeeds { action } else { Action::NoAction }
}

impl fmt::Display for TableReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TableReason::History => f.write_str("it keeps the history of a tool"),
            TableReason::NoPrimaryKey => f.write_str("it has no primary key"),
            TableReason::WideKey => f.write_str("its primary key has more than eight columns"),
            TableReason::KeyType { column, kind } => write!(
                f,
                "`{}` of its primary key is a `{kind}`, which is never equal for sure",
                column.escape_debug()
            ),
        }
    }
}

impl fmt::Display for IndexReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IndexReason::Method => "its method is not a built-in one",
            IndexReason::Nulls => "it takes two NULLs for equal",
            IndexReason::Column => "it is over a column that no field stands for",
            IndexReason::SameName => "a constraint of the table has its name",
            IndexReason::Inherited => "it is a part of an index of the table above",
        })
    }
}

impl fmt::Display for ConstraintReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ConstraintReason::Deferrable => "a primary key is checked at once",
            ConstraintReason::PartlySet => "its action sets some of its columns only",
            ConstraintReason::NotInherited => "it is not inherited",
            ConstraintReason::Stored => "its index stores other columns too",
            ConstraintReason::Parameters => "its index has storage parameters",
            ConstraintReason::Inherited => "it is from a table above",
            ConstraintReason::Column => "it is over a column that no field stands for",
            ConstraintReason::NoTarget => "the other table has no model",
            ConstraintReason::Types => "its columns have other types than those they refer to",
            ConstraintReason::Twice => "another one is over the same columns to the same table",
            ConstraintReason::TooWide => "it has more than eight columns",
            ConstraintReason::Action => "its action could never succeed",
        })
    }
}
