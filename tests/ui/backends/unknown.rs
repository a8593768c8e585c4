// A database that we do not know is found where it is written.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlit))]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(backends(oracle))]
struct Order {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(backends())]
struct Item {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
