// Sequences are PostgreSQL's alone.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
struct Invoice {
    #[column(primary_key, identity(start = 1000))]
    id: i64,
    #[column(sequence(name = "document_numbers"))]
    number: i64,
}

fn main() {}
