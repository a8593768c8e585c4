//! The table `event_note`.
use orm::prelude::*;
use super::Event;
/// A row of `event_note`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "event_note")]
#[association(
    belongs_to,
    as = "event_row",
    model = Event,
    foreign_key = ("day", "event"),
    on_delete = "cascade",
    deferrable,
    match_full,
    constraint = "FK event",
    index = false
)]
pub struct EventNote {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `day`.
    pub day: Option<NaiveDate>,
    /// The column `event`.
    pub event: Option<i64>,
    /// The column `code`.
    #[column(unique(deferrable = "initially_deferred"))]
    pub code: Option<String>,
}
