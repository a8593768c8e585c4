//! The table `letter`.
use orm::prelude::*;
/// A row of `letter`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "letter")]
pub struct Letter {
    /// The column `id`.
    #[column(primary_key, identity(always, start = 7, cache = 3))]
    pub id: i16,
    /// The column `paper`.
    #[column(
        sequence(name = "Papers", increment = -5, min = -1000, max = 500, cycle = true)
    )]
    pub paper: i32,
}
