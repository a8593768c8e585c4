// A collation sorts texts.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(collation = "C")]
    number: Option<i32>,
    #[column(collation = "C")]
    title: String,
}

fn main() {}
