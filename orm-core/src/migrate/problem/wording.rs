//! What is wrong with migrations, in words.

use std::fmt;

use super::{Failure, Inconsistency, Left, MigrationProblem};
use crate::migrate::event::Direction;

impl fmt::Display for MigrationProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, line, reason } => unreadable(f, file, *line, reason),
            Self::Inconsistent(inconsistency) => inconsistency.fmt(f),
            Self::Interrupted { name, direction } => interrupted(f, name, *direction),
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
            Self::Stopped => f.write_str("it was told to stop: nothing more was begun"),
            Self::NotOurs { table } => write!(
                f,
                "the table {table} is there and has not the columns of our history: keep the \
                 history in another table (`--history-table`) or in another schema \
                 (`--history-schema`)"
            ),
            Self::LockLost => f.write_str(LOCK_LOST),
            Self::Irreversible { name, reason } => {
                let reason = reason.as_deref().unwrap_or("it has no `down`");
                write!(f, "{name} cannot be undone: {reason}")
            }
            Self::Gone { names } => gone(f, names),
            Self::NoSuch { name, what } => write!(f, "`{name}` is not {what}"),
            Self::ForeignHistory { tool, count } => write!(
                f,
                "{tool} has a history of {count} migrations in this database: bring its files over \
                 with `orm migrate import FOLDER`, and what it has applied with `orm migrate adopt`"
            ),
            Self::ForeignFailure { tool, names } => {
                let names = names.join(", ");
                write!(
                    f,
                    "nothing was adopted: {tool} says of {names} that it failed or stopped half-way; \
                     finish it there, or take it back, and then adopt"
                )
            }
            Self::NotAdopted { names } => {
                let names = names.join(", ");
                write!(f, "nothing was adopted: no migration is called {names}")
            }
            Self::NotEmpty { count } => write!(
                f,
                "a baseline is for a database without a history, and this one has {count} \
                 migrations applied"
            ),
        }
    }
}

const LOCK_LOST: &str = "the lock that keeps other processes from migrating was lost: does a \
     pooler in transaction mode sit before the database? Migrations need a direct connection";

fn gone(f: &mut fmt::Formatter<'_>, names: &[String]) -> fmt::Result {
    f.write_str("nothing was run:")?;
    for name in names {
        write!(
            f,
            "\n  {name}: there is no such migration any more, so nothing says how to undo it: bring \
             it back, or count it as not applied with `repair --pending {name}`"
        )?;
    }
    Ok(())
}

fn unreadable(
    f: &mut fmt::Formatter<'_>,
    file: &str,
    line: Option<usize>,
    reason: &str,
) -> fmt::Result {
    f.write_str(file)?;
    if let Some(line) = line {
        write!(f, ", line {line}")?;
    }
    write!(f, ": {reason}")
}

fn interrupted(f: &mut fmt::Formatter<'_>, name: &str, direction: Direction) -> fmt::Result {
    let (doing, finish) = match direction {
        Direction::Up => ("applied", "by migrating"),
        Direction::Down => ("undone", "with `undo`"),
    };
    write!(
        f,
        "{name} was interrupted while it was {doing}: finish that first {finish}, or say how it \
         stands with `repair`"
    )
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
                "applied, but there is no such migration: bring it back, or pass \
                 `--allow-missing`",
            ),
            (
                &self.out_of_order,
                "older than others that are applied: give it a newer moment, or pass \
                 `--allow-out-of-order`",
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
        let what = if self.stopped {
            "was stopped"
        } else {
            "failed"
        };
        write!(f, "{} {what}", self.name)?;
        if let Some((number, total)) = self.statement {
            write!(f, " at statement {number}")?;
            if total > 0 {
                write!(f, " of {total}")?;
            }
        }
        if let Some((file, line)) = &self.place {
            write!(f, " ({file}, line {line})")?;
        }
        if !self.stopped {
            write!(f, ": {}", self.message)?;
        }
        if let Some(text) = &self.text {
            write!(f, "\n  {text}")?;
        }
        let direction = match self.direction {
            Direction::Up => "applied",
            Direction::Down => "undone",
        };
        match self.left {
            Left::Nothing => f.write_str("\nIt was rolled back: schema and history are as before."),
            Left::Steps(0) if self.invalid_index.is_none() => {
                f.write_str("\nNothing of it was done.")
            }
            Left::Steps(0) => f.write_str("\nIt is not in a transaction."),
            Left::Steps(done) => write!(
                f,
                "\nIt is not in a transaction: {done} of its statements are {direction}, and the \
                 next run goes on after them."
            ),
            Left::Batches { done, rows } => write!(
                f,
                "\nIt is not in a transaction: {done} of its statements are {direction}, and this \
                 one for {rows} rows; the next run goes on after these."
            ),
            Left::Anything => f.write_str(
                "\nIt is not in a transaction: some of it may be done, and the next run begins \
                 it anew.",
            ),
            Left::Unknown => f.write_str(
                "\nThe connection was lost at the commit: `status` says whether it was done.",
            ),
        }?;
        match &self.invalid_index {
            Some(index) => write!(
                f,
                "\nThe index `{index}` is there and cannot be used: the next run drops it and builds \
                 it anew."
            ),
            None => Ok(()),
        }
    }
}
