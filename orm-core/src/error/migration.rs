//! Migrations that were not run, or stopped.

use super::{Error, Fault};
use crate::migrate::MigrationProblem;

impl Error {
    /// Migrations were not run, or stopped.
    pub(crate) fn in_migration(problem: MigrationProblem) -> Self {
        Self::new(Fault::Migration(problem))
    }

    /// What is wrong with the migrations, for matching.
    pub fn migration(&self) -> Option<&MigrationProblem> {
        match &self.0.fault {
            Fault::Migration(problem) => Some(problem),
            _ => None,
        }
    }
}

/// The server's code, if a statement of a migration failed.
pub(super) fn sqlstate(problem: &MigrationProblem) -> Option<&str> {
    match problem {
        MigrationProblem::Failed(failure) => failure.sqlstate.as_deref(),
        _ => None,
    }
}
