// A model that removes its rows has no marked ones.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(unique(unless_deleted))]
    email: String,
}

fn main() {}
