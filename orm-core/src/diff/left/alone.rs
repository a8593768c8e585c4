//! What is left alone, as a value that says why.

use std::fmt;

use crate::ddl::blueprint::Name;
use crate::ddl::unsaid::{ConstraintReason, IndexReason, TableReason};

/// Something that models have no words for: a migration that is generated leaves
/// it as it is.
///
/// `Display` names it, and says why: "index `post_bloom` of `post` (its method is
/// not a built-in one)".
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum LeftAlone {
    /// A table that no model can stand for.
    Table {
        /// The table.
        table: Name,
        /// Why.
        reason: TableReason,
    },
    /// A column whose type no Rust type reads.
    Column {
        /// The table.
        table: Name,
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
    /// A column that is kept under its old name, for programs that still use that.
    Former {
        /// The table.
        table: Name,
        /// The old name.
        column: String,
        /// The new one.
        current: String,
    },
    /// A column that the model does not name, and that a table above brings.
    Inherited {
        /// The table.
        table: Name,
        /// The column.
        column: String,
    },
    /// An index that no attribute describes.
    Index {
        /// The table.
        table: Name,
        /// The index.
        index: String,
        /// Why.
        reason: IndexReason,
    },
    /// A constraint that no attribute describes, or not wholly.
    Constraint {
        /// The table.
        table: Name,
        /// The constraint.
        constraint: String,
        /// Why.
        reason: ConstraintReason,
    },
    /// A storage parameter that the model does not name.
    Parameter {
        /// The table.
        table: Name,
        /// The parameter.
        parameter: String,
    },
    /// A storage parameter of an index that the model does not name.
    IndexParameter {
        /// The table.
        table: Name,
        /// The index.
        index: String,
        /// The parameter.
        parameter: String,
    },
    /// That a table is partitioned: its model does not say so.
    Partitioning(Name),
    /// An enum type that is the type of no column which models could have.
    Type(Name),
}

impl LeftAlone {
    /// What it is, in one word for each kind.
    pub fn kind(&self) -> &'static str {
        match self {
            LeftAlone::Table { .. } => "table",
            LeftAlone::Column { .. } | LeftAlone::Former { .. } | LeftAlone::Inherited { .. } => {
                "column"
            }
            LeftAlone::Index { .. } => "index",
            LeftAlone::Constraint { .. } => "constraint",
            LeftAlone::Parameter { .. } | LeftAlone::IndexParameter { .. } => "storage parameter",
            LeftAlone::Partitioning(_) => "partitioning",
            LeftAlone::Type(_) => "enum type",
        }
    }
}

impl fmt::Display for LeftAlone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            LeftAlone::Table { table, reason } => write!(f, "{kind} `{table}` ({reason})"),
            LeftAlone::Column {
                table,
                column,
                kind: of,
            } => write!(
                f,
                "{kind} `{}` of `{table}` (no Rust type reads `{of}`)",
                column.escape_debug()
            ),
            LeftAlone::Former {
                table,
                column,
                current,
            } => write!(
                f,
                "{kind} `{}` of `{table}` (it is `{}` now; a trigger keeps them the same until \
                 `--contract`)",
                column.escape_debug(),
                current.escape_debug()
            ),
            LeftAlone::Inherited { table, column } => write!(
                f,
                "{kind} `{}` of `{table}` (it is from a table above, and the model does not name it)",
                column.escape_debug()
            ),
            LeftAlone::Index {
                table,
                index,
                reason,
            } => write!(
                f,
                "{kind} `{}` of `{table}` ({reason})",
                index.escape_debug()
            ),
            LeftAlone::Constraint {
                table,
                constraint,
                reason,
            } => write!(
                f,
                "{kind} `{}` of `{table}` ({reason})",
                constraint.escape_debug()
            ),
            LeftAlone::Parameter { table, parameter } => write!(
                f,
                "{kind} `{}` of `{table}` (the model does not name it)",
                parameter.escape_debug()
            ),
            LeftAlone::IndexParameter {
                table,
                index,
                parameter,
            } => write!(
                f,
                "{kind} `{}` of the index `{}` of `{table}` (the model does not name it)",
                parameter.escape_debug(),
                index.escape_debug()
            ),
            LeftAlone::Partitioning(table) => {
                write!(f, "{kind} of `{table}` (the model does not say it)")
            }
            LeftAlone::Type(name) => write!(f, "{kind} `{name}` (no model has a column of it)"),
        }
    }
}
