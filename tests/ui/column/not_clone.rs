// Loaded rows are shared, so a model is `Clone`.
use orm::prelude::*;

#[derive(Model)]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
