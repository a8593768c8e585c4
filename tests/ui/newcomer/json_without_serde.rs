// A document is written and read by serde.
use orm::prelude::*;

#[derive(Debug, Clone)]
struct Address {
    street: String,
}

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    home: Address,
    others: Json<Vec<Address>>,
}

fn main() {}
