// The other way round: the key is there, but nobody looks for it.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
