//! The table `regions`.
use orm::prelude::*;
use super::{Match, Mood, SalesUser};
/// A row of `regions`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "regions", schema = "sales")]
#[association(has_many, as = "users", model = SalesUser, foreign_key = "region_id")]
pub struct Region {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `mood`.
    #[column(default = Mood::Other2)]
    pub mood: Mood,
    /// The column `kind`.
    #[column(default = Match::Fn)]
    pub kind: Option<Match>,
}
