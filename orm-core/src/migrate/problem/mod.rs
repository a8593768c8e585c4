//! What can be wrong with migrations, by kind.

mod wording;

use std::time::Duration;

use super::event::Direction;
use super::foreign::Tool;
use super::script::ScriptFlaw;
use crate::error::Error;

/// Why migrations were not run, or where they stopped.
///
/// It is inside an [`Error`]: ask [`Error::migration`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationProblem {
    /// A file, a folder or a name is not what a migration looks like.
    Unreadable {
        /// The file, relative to the folder of migrations.
        file: String,
        /// The line in it, counted from 1.
        line: Option<usize>,
        /// What is wrong.
        reason: String,
    },
    /// Files and history do not fit together. Nothing was run. What can be
    /// allowed is allowed by the options of [`Migrator`](super::Migrator).
    Inconsistent(Inconsistency),
    /// An earlier run stopped half-way, in the other direction.
    Interrupted {
        /// The migration.
        name: String,
        /// The direction it was interrupted in.
        direction: Direction,
    },
    /// An earlier run stopped half-way, and what it did was edited since.
    EditedMidway {
        /// The migration.
        name: String,
        /// How many of its statements were done.
        done: usize,
    },
    /// A statement failed.
    Failed(Box<Failure>),
    /// Another process was migrating for all the time we wanted to wait.
    Busy {
        /// How long we waited.
        waited: Duration,
    },
    /// It was told to stop, before what follows was begun.
    Stopped,
    /// The table of the history is there and is none of ours.
    NotOurs {
        /// The table.
        table: String,
    },
    /// The lock that keeps other processes out was lost.
    LockLost,
    /// The migration cannot be undone.
    Irreversible {
        /// The migration.
        name: String,
        /// Why, as its author says; `None` if it just has no way back.
        reason: Option<String>,
    },
    /// What is to be undone is not among the migrations any more. Nothing was run.
    Gone {
        /// The names, youngest first.
        names: Vec<String>,
    },
    /// There is no migration of this name, or it is not in the right state.
    NoSuch {
        /// The name that was asked for.
        name: String,
        /// What it is not.
        what: &'static str,
    },
    /// The database was migrated by another tool, whose history was not adopted.
    ForeignHistory {
        /// The tool.
        tool: Tool,
        /// How many migrations that history has.
        count: usize,
    },
    /// Another tool counts migrations as failed, or as half done.
    ForeignFailure {
        /// The tool.
        tool: Tool,
        /// The migrations, as the tool calls them.
        names: Vec<String>,
    },
    /// Another tool's history has names for which there is no migration.
    NotAdopted {
        /// The names, as the tool wrote them.
        names: Vec<String>,
    },
    /// A baseline is for databases without a history.
    NotEmpty {
        /// How many migrations the history has.
        count: usize,
    },
}

/// What does not fit together. Each list is in the order of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Inconsistency {
    /// Applied, and edited since.
    pub divergent: Vec<String>,
    /// Applied, and there is no such migration any more.
    pub missing: Vec<String>,
    /// Not applied, though younger ones are.
    pub out_of_order: Vec<String>,
}

/// The statement that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// The migration.
    pub name: String,
    /// Whether it was being applied or undone.
    pub direction: Direction,
    /// The file and the line, for migrations in SQL.
    pub place: Option<(String, usize)>,
    /// Which statement of how many, counted from 1.
    pub statement: Option<(usize, usize)>,
    /// The first line of the statement.
    pub text: Option<String>,
    /// What the server says.
    pub message: String,
    /// The server's code.
    pub sqlstate: Option<String>,
    /// What the failure left behind.
    pub left: Left,
    /// Whether it did not fail but was told to stop.
    pub stopped: bool,
    /// The index that is there and cannot be used, as a failed `CREATE INDEX CONCURRENTLY`
    /// leaves it. The next run drops it.
    pub invalid_index: Option<String>,
}

/// What a failure left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Left {
    /// Schema and history are as before.
    Nothing,
    /// The statements before the failed one are done; the next run goes on
    /// with the failed one.
    Steps(usize),
    /// The statements before the failed one are done, and that one, which is in batches,
    /// for some rows; the next run goes on after these.
    Batches {
        /// How many statements are done.
        done: usize,
        /// For how many rows the next one is.
        rows: u64,
    },
    /// Some of it may be done; the next run begins it anew.
    Anything,
    /// The connection was lost at the commit; the history knows what happened.
    Unknown,
}

impl MigrationProblem {
    /// Whether nobody but the history knows what became of a migration.
    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Failed(failure) if failure.left == Left::Unknown)
    }

    pub(crate) fn unreadable(file: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::Unreadable {
            file: file.into(),
            line: None,
            reason: reason.into(),
        }
    }

    pub(crate) fn in_script(file: &str, flaw: ScriptFlaw) -> Self {
        Self::Unreadable {
            file: file.to_owned(),
            line: Some(flaw.line),
            reason: flaw.reason,
        }
    }
}

impl Inconsistency {
    pub(super) fn is_empty(&self) -> bool {
        self.divergent.is_empty() && self.missing.is_empty() && self.out_of_order.is_empty()
    }
}

#[diagnostic::do_not_recommend]
impl From<MigrationProblem> for Error {
    fn from(problem: MigrationProblem) -> Self {
        Error::in_migration(problem)
    }
}
