//! The table `order_items`.
use orm::prelude::*;
use super::{Order, Product};
/// A row of `order_items`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_items")]
#[association(
    belongs_to,
    as = "order",
    model = Order,
    foreign_key = "order_id",
    on_delete = "cascade"
)]
#[association(
    belongs_to,
    as = "product",
    model = Product,
    foreign_key = "product_id",
    on_delete = "no_action"
)]
pub struct OrderItem {
    /// The column `order_id`.
    #[column(primary_key)]
    pub order_id: i64,
    /// The column `product_id`.
    #[column(primary_key)]
    pub product_id: i32,
    /// The column `quantity`.
    #[column(check = "quantity > 0")]
    pub quantity: i32,
}
