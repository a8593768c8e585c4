// No column holds a vector that long.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Item {
    #[column(primary_key, auto_increment)]
    id: i32,
    embedding: Vector<16_001>,
}

fn main() {}
