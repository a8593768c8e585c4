use orm::prelude::*;

use super::{Product, User};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders", timestamps)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
#[association(belongs_to, as = "handler", model = User, foreign_key = "handler_id")]
#[association(has_many, as = "line_items", model = OrderItem, foreign_key = "order_id")]
#[association(many_to_many, as = "products", model = Product, through = OrderItem)]
pub(crate) struct Order {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) user_id: i32,
    pub(crate) handler_id: Option<i32>,
    #[column(default = "pending")]
    #[validate(one_of("pending", "processing", "shipped", "delivered", "cancelled"))]
    pub(crate) status: String,
    pub(crate) total_in_cents: i32,
    pub(crate) note: Option<String>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id", on_delete = "cascade")]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id", on_delete = "set_null")]
pub(crate) struct OrderItem {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) order_id: i32,
    pub(crate) product_id: Option<i32>,
    #[validate(min(1))]
    pub(crate) quantity: i32,
    pub(crate) unit_price_in_cents: i32,
}
