// Rows of another model are loaded beside a row, not in it.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    orders: Vec<Order>,
}

#[derive(Model, Debug, Clone)]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user: User,
}

fn main() {}
