//! One change with its way back.

use std::fmt;

use crate::ddl::blueprint::Name;

/// When a change is made: each stage is a migration of its own, because its
/// statements must not, or need not, share a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Stage {
    /// New labels of enum types, which can be used only once they are committed.
    Labels,
    /// What is done in a moment, all or nothing.
    Schema,
    /// What takes long and lets others go on: indexes, checks of existing rows.
    Online,
    /// What was made beside something takes its place, all or nothing.
    Swap,
    /// What is held against existing rows once all is in its place.
    Checks,
}

/// A change of a database, with the statements that make it and those that
/// take it back.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Change {
    /// When it is made.
    pub stage: Stage,
    /// What it does: `add column orders.discount_code`.
    pub summary: String,
    /// The statements that make it, without semicolons; before one that is for some rows
    /// at a time, the line that says so.
    pub up: Vec<String>,
    /// The statements that take it back, from the state it leaves.
    pub down: Vec<String>,
    /// The lock it takes, why it is written this way, what may go wrong.
    pub notes: Vec<String>,
    /// What it may lose.
    pub losses: Vec<Loss>,
    /// Whether foreign keys must be looked at once, at its end: SQLite's tables
    /// that are dropped would take other tables' rows with them.
    pub(super) foreign_keys_off: bool,
    /// The order within the stage.
    pub(super) rank: Rank,
    /// The table that must be empty for it.
    pub(super) needs_empty: Option<Name>,
    /// A question about rows that may be in its way: its SQL counts them, its
    /// words follow the number.
    pub(super) obstacle: Option<(String, String)>,
    /// The name that nobody finds any more: of a table, or of a column of it.
    pub(super) gone: Option<(Name, Option<String>)>,
}

/// What a change may lose, with what is there to lose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Loss {
    /// What would be lost.
    pub kind: LossKind,
    /// How many rows hold it now; `None` as long as they are not counted, and for
    /// what holds no rows.
    pub rows: Option<i64>,
    /// Counts them; empty where there are none to count.
    pub(super) count: String,
}

/// What a change may lose.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LossKind {
    /// A table with its rows, and with what is on it and no model has words for.
    Table(Name, Vec<String>),
    /// A column with its values.
    Column(Name, String),
    /// What the values of a column have and its new type has no room for.
    Narrowing {
        /// The table.
        table: Name,
        /// The column.
        column: String,
        /// The type it has.
        from: String,
        /// The type it gets.
        to: String,
        /// What goes wrong with which values.
        reason: &'static str,
    },
    /// Labels of an enum type: rows that have one make the change fail.
    Labels(Name, Vec<String>),
    /// An index of a table.
    Index(Name, String),
    /// A constraint of a table.
    Constraint(Name, String),
    /// An enum type.
    Type(Name),
}

/// The order of changes within a stage: what gives way first, what needs the
/// rest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    CreateExtension,
    CreateSchema,
    AddLabel,
    DropForeignKey,
    DropConstraint,
    DropIndex,
    DropGenerated,
    DropColumn,
    DropTable,
    RenameTable,
    RenameColumn,
    RenameRest,
    CreateEnum,
    CreateSequence,
    LeaveEnum,
    RebuildEnum,
    AlterColumn,
    Storage,
    AddColumn,
    AddGenerated,
    CreateTable,
    DropEnum,
    Comment,
    Fill,
    Swap,
    NotNull,
    AddKey,
    AddCheck,
    AddIndex,
    AddForeignKey,
    DropIndexLate,
}

impl Change {
    pub(super) fn new(stage: Stage, rank: Rank, summary: impl Into<String>) -> Self {
        Change {
            stage,
            summary: summary.into(),
            up: Vec::new(),
            down: Vec::new(),
            notes: Vec::new(),
            losses: Vec::new(),
            foreign_keys_off: false,
            rank,
            needs_empty: None,
            obstacle: None,
            gone: None,
        }
    }

    pub(super) fn up(mut self, statement: impl Into<String>) -> Self {
        self.up.push(statement.into());
        self
    }

    pub(super) fn down(mut self, statement: impl Into<String>) -> Self {
        self.down.push(statement.into());
        self
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Takes a name away: code that knows it is looked for.
    pub(super) fn without(mut self, table: &Name, column: Option<&str>) -> Self {
        self.gone = Some((table.clone(), column.map(str::to_owned)));
        self
    }

    pub(super) fn loses(mut self, kind: LossKind, count: impl Into<String>) -> Self {
        self.losses.push(Loss {
            kind,
            rows: None,
            count: count.into(),
        });
        self
    }

    /// Takes something away that holds no rows.
    pub(super) fn takes(self, kind: LossKind) -> Self {
        self.loses(kind, "")
    }
}

impl Loss {
    /// Whether rows lose something, and not only the schema.
    pub fn holds_rows(&self) -> bool {
        !self.count.is_empty()
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.summary)
    }
}

/// One line: `drops the column orders.discount_code, which holds a value in 3 rows`.
impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = match self.rows {
            Some(1) => "1 row".to_owned(),
            Some(rows) => format!("{rows} rows"),
            None => "rows nobody has counted".to_owned(),
        };
        match &self.kind {
            LossKind::Table(name, others) => {
                write!(f, "drops the table `{name}` with {rows}")?;
                others.iter().try_for_each(|it| write!(f, ", {it}"))
            }
            LossKind::Index(table, index) => write!(f, "drops the index `{index}` of `{table}`"),
            LossKind::Constraint(table, constraint) => {
                write!(f, "drops the constraint `{constraint}` of `{table}`")
            }
            LossKind::Type(name) => write!(f, "drops the enum type `{name}`"),
            LossKind::Column(table, column) => {
                write!(
                    f,
                    "drops the column `{table}.{column}`, which holds a value in {rows}"
                )
            }
            LossKind::Narrowing {
                table,
                column,
                from,
                to,
                reason,
            } => write!(
                f,
                "changes `{table}.{column}` from {from} to {to} in {rows}: {reason}"
            ),
            LossKind::Labels(kind, labels) => write!(
                f,
                "takes {} from the enum type `{kind}`, used in {rows}, which make it fail",
                labels
                    .iter()
                    .map(|it| format!("`{it}`"))
                    .collect::<Vec<_>>()
                    .join(", ")
            ),
        }
    }
}
