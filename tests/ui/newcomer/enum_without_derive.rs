// An enum says that it is one of the database.
use orm::prelude::*;

#[derive(Debug, Clone, Copy)]
enum Status {
    New,
    Known,
}

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    status: Status,
}

fn main() {}
