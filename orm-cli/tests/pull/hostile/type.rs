//! The table `type`.
use orm::prelude::*;
/// A row of `type`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "type")]
#[association(
    belongs_to,
    as = "type_type",
    model = Type,
    foreign_key = "type_id",
    on_delete = "no_action",
    index = false
)]
#[association(has_many, as = "types", model = Type, foreign_key = "type_id")]
pub struct Type {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `type`.
    pub r#type: Option<String>,
    /// The column `self`.
    #[column(name = "self")]
    pub self_: Option<String>,
    /// The column `Self`.
    #[column(name = "Self")]
    pub self_2: Option<String>,
    /// The column `fn`.
    pub r#fn: Option<String>,
    /// The column `match`.
    pub r#match: Option<String>,
    /// The column `type_id`.
    pub type_id: Option<i32>,
}
