//! The lines of an order.

use orm::prelude::*;

use super::{Order, Product};

/// A line of an order: a product, how many, and what one cost that day.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id", on_delete = "cascade")]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id", on_delete = "set_null")]
pub struct OrderItem {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The order this line belongs to.
    pub order_id: i32,
    /// The product; NULL once it is no longer sold.
    pub product_id: Option<i32>,
    /// How many.
    #[validate(min(1))]
    pub quantity: i32,
    /// The price of one in cents on the day of the order.
    pub unit_price_in_cents: i32,
}
