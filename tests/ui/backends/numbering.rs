// SQLite numbers the rows of a primary key of one column, and no other.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
struct Invoice {
    #[column(primary_key)]
    id: String,
    #[column(identity)]
    number: i64,
}

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
struct Line {
    #[column(primary_key)]
    invoice: i64,
    #[column(primary_key, auto_increment)]
    number: i64,
}

fn main() {}
