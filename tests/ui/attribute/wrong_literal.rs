// A value of the wrong shape gets the right one shown.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = 5)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(varchar("150"))]
    name: String,
    #[column(unique(name))]
    email: String,
}

fn main() {}
