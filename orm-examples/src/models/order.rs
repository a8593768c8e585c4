//! What customers order.

use orm::prelude::*;
use serde::Serialize;

use super::{OrderItem, User};

/// Where an order stands.
#[derive(DbEnum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "enum_orders_status")]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Nobody has looked at it yet.
    Pending,
    /// It is being packed.
    Processing,
    /// On its way.
    Shipped,
    /// With the customer.
    Delivered,
    /// Called off.
    Cancelled,
}

/// An order.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders", timestamps)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", on_delete = "restrict")]
#[association(has_many, as = "line_items", model = OrderItem, foreign_key = "order_id")]
pub struct Order {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// Who ordered.
    pub user_id: i32,
    /// Where the order stands.
    #[column(default = OrderStatus::Pending)]
    pub status: OrderStatus,
    /// The sum of the line items in cents.
    pub total_in_cents: i32,
    /// When the order was placed.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}
