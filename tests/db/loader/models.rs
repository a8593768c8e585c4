//! Models without foreign key constraints, so that rows may be orphans. All
//! have a `number` with ties and a `maybe` with NULLs to filter and sort by.

use orm::prelude::*;
use serde::Serialize;

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "users")]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_many, as = "handled", model = Order, foreign_key = "handler_id")]
#[association(has_one, as = "favourite", model = Order, foreign_key = "favourite_of")]
#[association(many_to_many, as = "roles", model = Role, through = UserRole)]
#[association(belongs_to, as = "referrer", model = User, foreign_key = "referrer_id", constraint = false)]
#[association(has_many, as = "referred", model = User, foreign_key = "referrer_id")]
pub(super) struct User {
    #[column(primary_key)]
    pub(super) id: i32,
    pub(super) referrer_id: Option<i32>,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "orders")]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", constraint = false)]
#[association(belongs_to, as = "handler", model = User, foreign_key = "handler_id", constraint = false)]
#[association(belongs_to, as = "fan", model = User, foreign_key = "favourite_of", constraint = false)]
#[association(has_many, as = "items", model = Item, foreign_key = "order_id")]
pub(super) struct Order {
    #[column(primary_key)]
    pub(super) id: i64,
    pub(super) user_id: i32,
    pub(super) handler_id: Option<i32>,
    pub(super) favourite_of: Option<i32>,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id", constraint = false)]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_code", constraint = false)]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = ("room", "slot"), constraint = false)]
pub(super) struct Item {
    #[column(primary_key)]
    pub(super) id: i16,
    pub(super) order_id: i64,
    pub(super) product_code: Option<String>,
    pub(super) room: Option<i32>,
    pub(super) slot: Option<String>,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "products")]
#[association(has_many, as = "items", model = Item, foreign_key = "product_code")]
pub(super) struct Product {
    #[column(primary_key)]
    pub(super) code: String,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "shelves")]
#[association(has_many, as = "items", model = Item, foreign_key = ("room", "slot"))]
pub(super) struct Shelf {
    #[column(primary_key)]
    pub(super) room: i32,
    #[column(primary_key)]
    pub(super) slot: String,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "roles")]
#[association(many_to_many, as = "users", model = User, through = UserRole)]
pub(super) struct Role {
    #[column(primary_key)]
    pub(super) id: i32,
    pub(super) number: i32,
    pub(super) maybe: Option<i32>,
}

#[derive(Model, Debug, Clone, Serialize)]
#[model(table = "user_roles")]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id", constraint = false, one_sided)]
#[association(belongs_to, as = "role", model = Role, foreign_key = "role_id", constraint = false, one_sided)]
pub(super) struct UserRole {
    #[column(primary_key)]
    pub(super) user_id: i32,
    #[column(primary_key)]
    pub(super) role_id: i32,
}

pub(super) const MODELS: orm::ddl::Models =
    orm::models![User, Order, Item, Product, Shelf, Role, UserRole];
