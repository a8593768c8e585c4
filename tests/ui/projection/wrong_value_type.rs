// A field of another type than its expression.
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
struct Activity {
    #[projection(value = User::orders.count())]
    orders: i32,
}

fn main() {}
