// Two sides that both hold many rows are no pair.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(has_one, as = "user", model = User, foreign_key = "id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
