// A row has one version.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(version)]
    revision: i32,
    #[column(version)]
    edition: i32,
}

fn main() {}
