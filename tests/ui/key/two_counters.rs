// A table has one number that the database gives.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(primary_key, auto_increment)]
    number: i32,
}

fn main() {}
