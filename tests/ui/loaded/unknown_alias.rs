// A slip in a name is met with the near one, at any depth.
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

fn first(_: orm::loaded!(User { ordres })) {}

fn third(_: orm::loaded!(User { orders: Order { customer { order } } })) {}

fn main() {}
