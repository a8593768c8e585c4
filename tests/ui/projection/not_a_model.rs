// A shape of a struct that is no model.
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

struct Address {
    street: String,
}

#[derive(Projection)]
#[projection(model = Address)]
struct Street {
    street: String,
}

fn main() {}
