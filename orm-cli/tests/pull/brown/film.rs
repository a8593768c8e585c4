//! The table `film`.
use orm::prelude::*;
use super::{Employee, Mood};
/// A row of `film`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "film")]
#[association(has_many, as = "employees", model = Employee, foreign_key = "film")]
pub struct Film {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `released`.
    #[column(sql_type = "year", default_sql = "2000", index(name = "film_filled"))]
    pub released: Option<i32>,
    /// The column `title`.
    #[column(sql_type = "short_name", unique)]
    pub title: Option<String>,
    /// The column `mood`.
    #[column(sql_type = "fine_mood")]
    pub mood: Option<Mood>,
}
