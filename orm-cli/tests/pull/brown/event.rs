//! The table `event`.
use orm::prelude::*;
use super::EventNote;
/// A row of `event`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "event",
    primary_key_name = "event_id",
    unique(
        columns = ("code", "day"),
        name = "event_code",
        deferrable = "initially_deferred"
    ),
    unique(columns = ("region", "day"), deferrable),
    index(expression = "region COLLATE \"C\"", name = "event_region"),
    partition_by(range = "day")
)]
#[association(
    has_many,
    as = "event_notes",
    model = EventNote,
    foreign_key = ("day", "event")
)]
pub struct Event {
    /// The column `day`.
    #[column(primary_key)]
    pub day: NaiveDate,
    /// The column `id`.
    #[column(primary_key)]
    pub id: i64,
    /// The column `code`.
    #[column(collation = "C")]
    pub code: Option<String>,
    /// The column `codes`.
    #[column(collation = "POSIX")]
    pub codes: Option<Vec<String>>,
    /// The column `region`.
    #[column(varchar(9))]
    pub region: Option<String>,
}
