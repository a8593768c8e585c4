// A version is never NULL.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(version)]
    revision: Option<i32>,
}

fn main() {}
