// A row without a key can be neither found nor updated.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    id: i32,
}

fn main() {}
