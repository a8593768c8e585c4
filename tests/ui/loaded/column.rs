// A column is there anyway; only associations are loaded.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key)]
    id: i32,
    name: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn names(_: orm::loaded!(User { name })) {}

fn main() {}
