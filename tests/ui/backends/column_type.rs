// What SQLite has no type for, a model that lives there cannot have a column of.
use orm::prelude::*;
use orm::types::{Cidr, Inet, Interval, Range};

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
struct Visit {
    #[column(primary_key)]
    id: i32,
    tags: Vec<String>,
    days: Range<i32>,
    took: Option<Interval>,
    address: Inet,
    network: Cidr,
    #[column(sql_type = "citext")]
    page: String,
}

// The same fields in PostgreSQL alone.
#[derive(Model, Clone)]
#[model(backends(postgres))]
struct Stay {
    #[column(primary_key)]
    id: i32,
    tags: Vec<String>,
    days: Range<i32>,
}

fn main() {}
