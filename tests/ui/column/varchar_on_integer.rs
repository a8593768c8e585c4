// The declared type must be able to hold the field.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(varchar(20))]
    age: i32,
}

fn main() {}
