// A comma is missing: what follows is no part of the value.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Product {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(default = 0 index)]
    stock: i32,
    #[validate(len(2 200))]
    name: String,
}

fn main() {}
