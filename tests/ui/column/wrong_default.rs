// A default has the type of its column.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(default = "many")]
    age: i32,
}

fn main() {}
