// What one side refers to is what the other side gives.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id", source_key = "number")]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    number: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
