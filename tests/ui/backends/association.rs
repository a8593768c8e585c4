// A model cannot live where what belongs to it does not.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
#[association(has_many, as = "orders", model = Order)]
#[association(has_many, as = "visits", model = Visit)]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(backends(postgres))]
#[association(belongs_to, as = "user")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

// It says nothing, so what it is is looked at.
#[derive(Model, Clone)]
#[association(belongs_to, as = "user")]
struct Visit {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
    pages: Vec<String>,
}

fn main() {}
