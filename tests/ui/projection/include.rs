// A shape names what it loads: neither before nor after it is anything included.
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
    email: String,
}

fn main() {
    let _ = User::query().include(User::orders).select::<Contact>();
    let _ = User::query().select::<Contact>().include(User::orders);
}
