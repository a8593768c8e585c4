//! The table `stay`.
use orm::prelude::*;
/// A row of `stay`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "stay",
    exclude(columns = ("during" with "-|-"), method = spgist),
    exclude(columns = ("id" with "<>", "room" with "=")),
    exclude(
        columns = (
            expression("lower(code) COLLATE \"C\"")ops("text_pattern_ops")with
            "="
        ),
        name = "stay_lower_excl",
        method = btree
    ),
    exclude(
        columns = ("room" with "=", "during" with "&&"),
        name = "stays apart",
        where = "note IS NULL",
        deferrable = "initially_deferred"
    ),
    index(
        expression = "to_tsvector('simple'::regconfig, note)",
        name = "stay_words",
        method = gin,
        storage(fastupdate = false)
    )
)]
pub struct Stay {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `room`.
    #[column(index(name = "stay_room", method = brin, storage(pages_per_range = 16)))]
    pub room: i32,
    /// The column `during`.
    pub during: orm::types::Range<NaiveDateTime>,
    /// The column `note`.
    pub note: Option<String>,
    /// The column `code`.
    #[column(
        index(name = "stay_code", storage(deduplicate_items = "off", fillfactor = 70))
    )]
    pub code: Option<String>,
}
