// `column` is for fields, `model` is for the struct.
use orm::prelude::*;

#[derive(Model, Clone)]
#[column(unique)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[model(table = "users")]
    name: String,
}

fn main() {}
