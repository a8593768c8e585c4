// A primary key is never NULL.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: Option<i32>,
}

fn main() {}
