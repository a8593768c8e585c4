// A second value would silently win over the first.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "users", table = "people")]
struct User {
    #[column(primary_key, primary_key)]
    id: i32,
}

fn main() {}
