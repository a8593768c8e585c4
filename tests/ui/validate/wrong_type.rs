// `min` compares numbers.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[validate(min(1))]
    active: bool,
}

fn main() {}
