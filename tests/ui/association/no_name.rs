// An association has a name of its own.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[association(has_many, model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "user", model = User)]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

fn main() {}
