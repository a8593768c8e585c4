// A key that changes with every write finds nothing.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key, version)]
    revision: i32,
}

fn main() {}
