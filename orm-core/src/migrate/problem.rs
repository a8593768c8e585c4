//! What can be wrong with migrations, by kind.

use std::fmt;
use std::time::Duration;

use super::event::Direction;
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
    /// Files and history do not fit together. Nothing was run.
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
    /// The lock that keeps other processes out was lost.
    LockLost,
    /// The migration cannot be undone.
    Irreversible {
        /// The migration.
        name: String,
        /// Why, as its author says; `None` if it just has no way back.
        reason: Option<String>,
    },
    /// There is no migration of this name, or it is not in the right state.
    NoSuch {
        /// The name that was asked for.
        name: String,
        /// What it is not.
        what: &'static str,
    },
    /// The database was migrated by Sequelize, and its history was not adopted.
    SequelizeHistory {
        /// How many migrations that history has.
        count: usize,
    },
    /// Sequelize's history has names for which there is no migration.
    NotAdopted {
        /// The names, as Sequelize wrote them.
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
    /// Some of it may be done; the next run begins it anew.
    Anything,
    /// The connection was lost at the commit; the history knows what happened.
    Unknown,
}

impl MigrationProblem {
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

impl From<MigrationProblem> for Error {
    fn from(problem: MigrationProblem) -> Self {
        Error::in_migration(problem)
    }
}

impl fmt::Display for MigrationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable {
                file,
                line: Some(line),
                reason,
            } => {
                write!(f, "{file}, line {line}: {reason}")
            }
            Self::Unreadable {
                file,
                line: None,
                reason,
            } => write!(f, "{file}: {reason}"),
            Self::Inconsistent(inconsistency) => inconsistency.fmt(f),
            Self::Interrupted {
                name,
                direction: Direction::Up,
            } => write!(
                f,
                "{name} was interrupted while it was applied: finish that first by migrating, \
                 or say how it stands with `repair`"
            ),
            Self::Interrupted {
                name,
                direction: Direction::Down,
            } => write!(
                f,
                "{name} was interrupted while it was undone: finish that first with `undo`, \
                 or say how it stands with `repair`"
            ),
            Self::EditedMidway { name, done } => write!(
                f,
                "{name} was interrupted after {done} statements, and these were edited since: \
                 put them back, edit only what follows, or say how it stands with `repair`"
            ),
            Self::Failed(failure) => failure.fmt(f),
            Self::Busy { waited } => write!(
                f,
                "another process is migrating this database, and was not done within {} s",
                waited.as_secs()
            ),
            Self::LockLost => f.write_str(
                "the lock that keeps other processes from migrating was lost: does a pooler in \
                 transaction mode sit before the database? Migrations need a direct connection",
            ),
            Self::Irreversible {
                name,
                reason: Some(reason),
            } => {
                write!(f, "{name} cannot be undone: {reason}")
            }
            Self::Irreversible { name, reason: None } => {
                write!(f, "{name} cannot be undone: it has no `down`")
            }
            Self::NoSuch { name, what } => write!(f, "`{name}` is not {what}"),
            Self::SequelizeHistory { count } => write!(
                f,
                "Sequelize has applied {count} migrations to this database: take its history \
                 over with `orm migrate adopt-sequelize` first"
            ),
            Self::NotAdopted { names } => write!(
                f,
                "nothing was adopted: no migration is called {}",
                names.join(", ")
            ),
            Self::NotEmpty { count } => write!(
                f,
                "a baseline is for a database without a history, and this one has {count} \
                 migrations applied"
            ),
        }
    }
}

impl fmt::Display for Inconsistency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing was run:")?;
        let lists = [
            (
                &self.divergent,
                "edited after it was applied: put it back, or accept the edit with `repair`",
            ),
            (
                &self.missing,
                "applied, but there is no such migration: bring it back, or allow it with \
                 `allow missing`",
            ),
            (
                &self.out_of_order,
                "older than others that are applied: rename it to a newer moment, or allow it \
                 with `allow out of order`",
            ),
        ];
        for (names, what) in lists {
            for name in names {
                write!(f, "\n  {name}: {what}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} failed", self.name)?;
        if let Some((number, total)) = self.statement {
            write!(f, " at statement {number}")?;
            if total > 0 {
                write!(f, " of {total}")?;
            }
        }
        if let Some((file, line)) = &self.place {
            write!(f, " ({file}, line {line})")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(text) = &self.text {
            write!(f, "\n  {text}")?;
        }
        let direction = match self.direction {
            Direction::Up => "applied",
            Direction::Down => "undone",
        };
        match self.left {
            Left::Nothing => f.write_str("\nIt was rolled back: schema and history are as before."),
            Left::Steps(0) => f.write_str("\nNothing of it was done."),
            Left::Steps(done) => write!(
                f,
                "\nIt is not in a transaction: {done} of its statements are {direction}, and the \
                 next run goes on after them."
            ),
            Left::Anything => f.write_str(
                "\nIt is not in a transaction: some of it may be done, and the next run begins \
                 it anew.",
            ),
            Left::Unknown => f.write_str(
                "\nThe connection was lost at the commit: `status` says whether it was done.",
            ),
        }
    }
}
