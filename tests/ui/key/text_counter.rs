// The database counts in whole numbers.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: String,
}

fn main() {}
