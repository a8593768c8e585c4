// A nested shape is shared between parents, so it is Clone.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key)]
    id: i32,
    email: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
    total_in_cents: i32,
}

#[derive(Projection)]
#[projection(model = Order)]
struct Total {
    total_in_cents: i32,
}

#[derive(Projection)]
#[projection(model = User)]
struct History {
    orders: Vec<Total>,
}

fn main() {}
