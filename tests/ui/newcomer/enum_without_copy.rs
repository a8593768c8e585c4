// The value of an enum is a label, which is copied.
use orm::prelude::*;

#[derive(DbEnum, Debug, Clone)]
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
