// What the macro itself can see is wrong.
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

fn twice(_: orm::loaded!(User { orders, orders { customer } })) {}

fn option(_: orm::loaded!(User { orders.with_join_rows })) {}

fn syntax(_: orm::loaded!(User { orders = Order })) {}

fn main() {}
