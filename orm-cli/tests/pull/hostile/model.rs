//! The table `models`.
use orm::prelude::*;
/// A row of `models`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "models")]
#[association(
    belongs_to,
    as = "model_model",
    model = ModelRow,
    foreign_key = "model_id",
    on_delete = "no_action",
    index = false
)]
#[association(has_many, as = "models", model = ModelRow, foreign_key = "model_id")]
pub struct ModelRow {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `model_id`.
    pub model_id: Option<i32>,
    /// The column `model`.
    pub model: Option<String>,
}
