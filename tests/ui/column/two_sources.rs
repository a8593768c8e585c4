// A column is filled by one thing.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment, default = 1)]
    id: i32,
    #[column(varchar(5), text)]
    name: String,
}

fn main() {}
