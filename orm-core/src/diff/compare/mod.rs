//! From two sides to changes, in the way of each database.

mod postgres;
mod sqlite;

use super::change::Change;
use super::options::Options;
use super::possible::{self, PossibleRename};
use super::scratch::Sides;
use crate::schema::Backend;

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// In the order to make them.
    pub(super) changes: Vec<Change>,
    /// What no migration can be written for.
    pub(super) problems: Vec<String>,
    /// What may have a new name, and nobody declared.
    pub(super) possible_renames: Vec<PossibleRename>,
}

/// The changes that lead from the database to the goal.
pub(super) fn changes(backend: Backend, sides: &Sides, options: &Options) -> Outcome {
    match backend {
        Backend::Postgres => postgres::changes(sides, options),
        Backend::Sqlite => sqlite::changes(sides, options),
    }
}
