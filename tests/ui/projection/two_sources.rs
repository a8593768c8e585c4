// Two places a value comes from.
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
#[projection(model = User)]
struct Contact {
    #[projection(column = "email", value = User::email.lower())]
    address: String,
}

fn main() {}
