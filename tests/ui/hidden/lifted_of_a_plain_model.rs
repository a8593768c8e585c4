// A model that removes its rows has none to see or to bring back.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {
    let _ = User::query().with_deleted();
}
