//! The table `categories`.
use orm::prelude::*;
use super::Product;
/// A row of `categories`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "categories")]
#[association(
    belongs_to,
    as = "parent",
    model = Category,
    foreign_key = "parent_id",
    on_delete = "set_null",
    index = false
)]
#[association(
    belongs_to,
    as = "product",
    model = Product,
    foreign_key = "product_sku",
    target_key = "sku",
    on_delete = "no_action",
    index = false
)]
#[association(has_many, as = "children", model = Category, foreign_key = "parent_id")]
pub struct Category {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `parent_id`.
    pub parent_id: Option<i32>,
    /// The column `product_sku`.
    pub product_sku: Option<String>,
}
