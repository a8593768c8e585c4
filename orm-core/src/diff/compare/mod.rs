//! From two sides to changes, in the way of each database.

mod postgres;
mod sqlite;

use super::change::Change;
use super::left::{self, LeftAlone};
use super::options::Options;
use super::possible::{self, PossibleRename};
use super::scratch::Sides;
use crate::ddl::Difference;
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
    /// The views that are not as their models say.
    pub(super) views: Vec<Difference>,
    /// What is not compared.
    pub(super) left_alone: Vec<LeftAlone>,
}

/// The changes that lead from the database to the goal. What models have no words
/// for is set aside first, so that nothing below can touch it.
pub(super) fn changes(backend: Backend, mut sides: Sides, options: &Options) -> Outcome {
    let mut options = options.clone();
    // What has a view's name is not made, altered or dropped, whatever it is.
    let views = sides.goal.blueprint.views.iter();
    options.ignored.extend(views.map(|it| it.name.to_string()));
    let aside = left::set_aside(backend, &mut sides, &mut options);
    let mut outcome = match backend {
        Backend::Postgres => postgres::changes(&sides, &options),
        Backend::Sqlite => sqlite::changes(&sides, &options),
    };
    outcome.views = sides.views;
    outcome.problems.splice(0..0, aside.problems);
    outcome.left_alone.extend(aside.left);
    outcome.left_alone.sort();
    outcome
}
