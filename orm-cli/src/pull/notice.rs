//! What a database has that models cannot say.

use std::fmt;

use orm_core::ddl::unsaid::IndexReason;

/// One thing of the database that the models do not have, or have otherwise.
/// `Display` is one sentence for the person who reads the models.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Notice {
    /// The table or type it is about.
    pub about: String,
    /// What it is.
    pub matter: Matter,
}

/// What the models cannot say.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Matter {
    /// The table has no primary key; it has no model.
    NoPrimaryKey,
    /// A column of the primary key has a type that is never equal for sure;
    /// the table has no model.
    KeyType {
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
    /// An enum type without labels: there is no value to store.
    NoLabels,
    /// No Rust type can read the column; it has no field.
    ColumnType {
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
    /// A foreign key that is no association.
    ForeignKey {
        /// The constraint.
        name: String,
        /// Why.
        reason: KeyReason,
    },
    /// An action of a foreign key that could never succeed; it is left out.
    Action {
        /// The constraint.
        name: String,
        /// The action, as SQL.
        action: &'static str,
    },
    /// An index that has no attribute.
    Index {
        /// The index.
        name: String,
        /// Why.
        reason: IndexReason,
    },
    /// A constraint or index with the name of another one of the table.
    SameName(String),
    /// A constraint over a column that has no field.
    Constraint(String),
}

/// Why a foreign key is no association.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum KeyReason {
    /// The other table has no model.
    NoTarget,
    /// The two sides of the key have different types.
    Types,
    /// Another foreign key says the same.
    Twice,
    /// It has more columns than a key of the models.
    TooWide,
}

impl Notice {
    pub(super) fn new(about: impl fmt::Display, matter: Matter) -> Self {
        Notice {
            about: about.to_string(),
            matter,
        }
    }
}

impl Matter {
    /// What it is, for a line that counts many.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Matter::NoPrimaryKey => "tables without a primary key, and without a model",
            Matter::KeyType { .. } => "tables whose key is never equal for sure, without a model",
            Matter::NoLabels => "enum types without labels",
            Matter::ColumnType { .. } => "columns that no Rust type reads, without a field",
            Matter::ForeignKey { .. } => "foreign keys that are no association",
            Matter::Action { .. } => "actions of foreign keys that could never succeed",
            Matter::Index { .. } => "indexes that no attribute describes",
            Matter::SameName(_) => "constraints or indexes of one name",
            Matter::Constraint(_) => "constraints over columns without a field",
        }
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = self.about.escape_debug();
        write!(f, "`{about}` ")?;
        match &self.matter {
            Matter::NoPrimaryKey => f.write_str("has no primary key, and no model"),
            Matter::KeyType { column, kind } => write!(
                f,
                "has no model: `{}` of its primary key is a `{kind}`, which is never equal for sure",
                column.escape_debug()
            ),
            Matter::NoLabels => f.write_str("is an enum type without labels, and no enum"),
            Matter::ColumnType { column, kind } => write!(
                f,
                "has a column `{}` of type `{kind}`, which no Rust type reads; it has no field",
                column.escape_debug()
            ),
            Matter::ForeignKey { name, reason } => {
                write!(
                    f,
                    "has a foreign key `{}` that is no association: {reason}",
                    name.escape_debug()
                )
            }
            Matter::Action { name, action } => write!(
                f,
                "has a foreign key `{}` whose `{action}` could never succeed; it is left out",
                name.escape_debug()
            ),
            Matter::Index { name, reason } => {
                write!(
                    f,
                    "has an index `{}` that no attribute describes: {reason}",
                    name.escape_debug()
                )
            }
            Matter::Constraint(name) => write!(
                f,
                "has a constraint `{}` over a column that has no field",
                name.escape_debug()
            ),
            Matter::SameName(name) => write!(
                f,
                "has two constraints or indexes called `{}`; the models have one of them",
                name.escape_debug()
            ),
        }
    }
}

impl fmt::Display for KeyReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            KeyReason::NoTarget => "the other table has no model",
            KeyReason::Types => "its columns have other types than those they refer to",
            KeyReason::Twice => "another one is over the same columns to the same table",
            KeyReason::TooWide => "it has more than eight columns",
        })
    }
}
