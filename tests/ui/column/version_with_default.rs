// Nothing else fills a version.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(version, default = 1)]
    revision: i32,
}

fn main() {}
