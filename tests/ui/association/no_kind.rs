// An association has exactly one kind.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(as = "orders", model = Order)]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, has_one, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
