// A version counts with whole numbers.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(version)]
    revision: String,
}

fn main() {}
