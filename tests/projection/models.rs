//! The storefront's tables, and two with keys of other kinds.

use orm::prelude::*;
use serde::Serialize;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "user_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "user_tags")]
pub(crate) struct User {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(varchar(150))]
    pub(crate) full_name: String,
    #[column(varchar(255), unique)]
    pub(crate) email: String,
    #[column(varchar(255))]
    pub(crate) password_hash: String,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

#[derive(DbEnum, Serialize, Debug, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OrderStatus {
    Pending,
    Delivered,
    Cancelled,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "orders", timestamps)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", on_delete = "restrict")]
#[association(has_many, as = "line_items", model = OrderItem, foreign_key = "order_id")]
pub(crate) struct Order {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) user_id: i32,
    #[column(default = OrderStatus::Pending)]
    pub(crate) status: OrderStatus,
    pub(crate) total_in_cents: i32,
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
    pub(crate) quantity: i32,
    pub(crate) unit_price_in_cents: i32,
    #[column(generated = "quantity * unit_price_in_cents")]
    pub(crate) sum_in_cents: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", timestamps)]
#[association(has_many, as = "order_items", model = OrderItem, foreign_key = "product_id")]
pub(crate) struct Product {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(varchar(200))]
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    pub(crate) price_in_cents: i32,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
}

/// Not every user has one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "badges")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", on_delete = "cascade")]
pub(crate) struct Badge {
    #[column(primary_key)]
    pub(crate) code: String,
    #[column(unique)]
    pub(crate) user_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "users", model = User, through = "user_tags")]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) code: String,
    pub(crate) name: String,
}

/// A key of two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "warehouses")]
#[association(has_many, as = "shelves", model = Shelf, foreign_key = ("country", "number"))]
pub(crate) struct Warehouse {
    #[column(primary_key)]
    pub(crate) country: String,
    #[column(primary_key)]
    pub(crate) number: i32,
    pub(crate) city: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(belongs_to, as = "warehouse", model = Warehouse, foreign_key = ("country", "number"), on_delete = "cascade")]
pub(crate) struct Shelf {
    #[column(primary_key)]
    pub(crate) label: String,
    pub(crate) country: String,
    pub(crate) number: i32,
    pub(crate) r#type: String,
}
