//! The table `film`.
use orm::prelude::*;
use super::{Employee, Mood};
/// A row of `film`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "film",
    index(expression = "lower(title::text)", name = "film_lower"),
    index(
        columns = ("released", expression("lower(title::text)")ops("text_pattern_ops")),
        name = "film_mixed"
    ),
    index(
        columns = (
            "title"
            desc,
            expression("lower(title::text)")desc
            nulls
            last,
            expression("(released::integer + 1)"),
            expression("upper(title::text)")ops("text_pattern_ops")
        ),
        name = "film_parts"
    ),
    storage(fillfactor = 70)
)]
#[association(has_many, as = "employees", model = Employee, foreign_key = "film")]
pub struct Film {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `released`.
    #[column(
        sql_type = "year",
        default_sql = "2000",
        index(name = "film_filled", storage(fillfactor = 60))
    )]
    pub released: Option<i32>,
    /// The column `title`.
    #[column(sql_type = "short_name", unique(deferrable))]
    pub title: Option<String>,
    /// The column `mood`.
    #[column(sql_type = "fine_mood")]
    pub mood: Option<Mood>,
}
