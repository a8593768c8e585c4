//! The storefront's tables, and two with keys of other kinds.

use orm::prelude::*;
use serde::Serialize;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "user_id")]
pub(crate) struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(150))]
    pub full_name: String,
    #[column(varchar(255), unique)]
    pub email: String,
    #[column(varchar(255))]
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
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
    pub id: i32,
    pub user_id: i32,
    #[column(default = OrderStatus::Pending)]
    pub status: OrderStatus,
    pub total_in_cents: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id", on_delete = "cascade")]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id", on_delete = "set_null")]
pub(crate) struct OrderItem {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub order_id: i32,
    pub product_id: Option<i32>,
    pub quantity: i32,
    pub unit_price_in_cents: i32,
    #[column(generated = "quantity * unit_price_in_cents")]
    pub sum_in_cents: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", timestamps)]
#[association(has_many, as = "order_items", model = OrderItem, foreign_key = "product_id")]
pub(crate) struct Product {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(200))]
    pub name: String,
    pub description: Option<String>,
    pub price_in_cents: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Not every user has one.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "badges")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", on_delete = "cascade")]
pub(crate) struct Badge {
    #[column(primary_key)]
    pub code: String,
    #[column(unique)]
    pub user_id: i32,
}

/// A key of two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "warehouses")]
#[association(has_many, as = "shelves", model = Shelf, foreign_key = ("country", "number"))]
pub(crate) struct Warehouse {
    #[column(primary_key)]
    pub country: String,
    #[column(primary_key)]
    pub number: i32,
    pub city: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(belongs_to, as = "warehouse", model = Warehouse, foreign_key = ("country", "number"), on_delete = "cascade")]
pub(crate) struct Shelf {
    #[column(primary_key)]
    pub label: String,
    pub country: String,
    pub number: i32,
    pub r#type: String,
}
