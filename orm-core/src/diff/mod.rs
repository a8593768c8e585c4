//! From a database to the models: what has to change, as migrations to review.
//!
//! ```text
//! models -> Goal ── scratch (the server reads it) ─┐
//!           database -> inspect -> left -> rename ─┴─ compare -> Change.. -> rows -> Diff -> files
//! ```
//!
//! | module | job |
//! |---|---|
//! | `goal` | what is wanted, and what it was called before |
//! | `scratch` | both sides, in the server's words |
//! | `rename`, `possible` | what is declared to have another name, and what may have one |
//! | `compare` | the changes, with their way back |
//! | `conversion` | from one column type to another |
//! | `functions` | whose bodies know a name that goes |
//! | `rows` | what is there to lose |
//! | `left` | what models have no words for: set aside before anything is compared |
//! | `unmanaged` | what no comparison sees |
//! | `agreement` | models, migrations and database, each against the models |
//! | `files` | migrations, with what is to be known about them |
//!
//! Renames are declared and never guessed. What loses something is said, with
//! the rows that are there, and no migration is written before it is allowed.

mod agreement;
mod change;
mod compare;
mod conversion;
mod files;
mod functions;
mod goal;
mod left;
mod options;
mod possible;
mod rename;
mod rows;
mod scratch;
mod statement;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests;
mod unmanaged;

pub use agreement::{Agreement, Replayed, agree, replayed};
pub use change::{Change, Loss, LossKind, Stage};
pub use files::{Destructive, Draft};
pub use goal::Goal;
pub use left::LeftAlone;
pub use options::Options;
pub use possible::PossibleRename;
pub use rows::{column_types, estimated_rows, missing_tables};
pub use unmanaged::{Unmanaged, unmanaged};

use std::fmt;

use crate::ddl::{Difference, Models};
use crate::error::Result;
use crate::exec::Db;

/// The changes that lead from a database to the models.
///
/// `Display` has one line for each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Diff {
    /// The changes, in the order to make them.
    pub changes: Vec<Change>,
    /// What no migration can be written for, and what to do about it.
    pub problems: Vec<String>,
    /// What is dropped and added here and may be one thing with a new name.
    pub possible_renames: Vec<PossibleRename>,
    /// The views that are not as their models say. No migration is written for them: what a
    /// view is made of no model says.
    pub views: Vec<Difference>,
    /// What the database has beside and models have no words for: it stays as it is.
    pub left_alone: Vec<LeftAlone>,
}

impl Diff {
    /// Whether the database is just as the models say.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.problems.is_empty() && self.views.is_empty()
    }

    /// What the changes may lose.
    pub fn losses(&self) -> impl Iterator<Item = &Loss> {
        self.changes.iter().flat_map(|it| &it.losses)
    }
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for change in &self.changes {
            writeln!(f, "{change}")?;
        }
        for problem in &self.problems {
            writeln!(f, "cannot be done: {problem}")?;
        }
        for view in &self.views {
            writeln!(f, "by hand: {view}")?;
        }
        Ok(())
    }
}

impl Db {
    /// What has to change in the database to be just as the models say.
    ///
    /// Nothing is changed. To have the models' expressions read by PostgreSQL,
    /// they are created in schemas of their own and rolled back, for which the
    /// user needs the right to create schemas. SQLite keeps expressions as they
    /// were written.
    ///
    /// # Errors
    ///
    /// Fails if the models contradict each other, or the server refuses what
    /// they say.
    pub async fn diff(&self, models: Models, options: &Options) -> Result<Diff> {
        self.diff_to(Goal::on(self.backend(), models)?, options)
            .await
    }

    /// As [`diff`](Self::diff), for a goal that comes from elsewhere.
    ///
    /// # Errors
    ///
    /// Fails if the server refuses what the goal says.
    pub async fn diff_to(&self, goal: Goal, options: &Options) -> Result<Diff> {
        let sides = scratch::sides(self, goal).await?;
        let outcome = compare::changes(self.backend(), sides, options);
        rows::counted(self, outcome).await
    }
}
