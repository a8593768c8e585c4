// A misspelt validator would otherwise validate nothing.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[validate(emial)]
    email: String,
}

fn main() {}
