//! The table `options`.
use orm::prelude::*;
use super::StringRow;
/// A row of `options`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "options")]
#[association(
    belongs_to,
    as = "string",
    model = StringRow,
    foreign_key = "string_id",
    on_delete = "no_action",
    index = false
)]
pub struct OptionRow {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `string_id`.
    pub string_id: i32,
}
