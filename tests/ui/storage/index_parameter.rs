// A storage parameter of an index is one that its method has.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(index(columns = (tags), method = gin, storage(fillfactor = 70, fastupdate = 1 + 1)))]
struct Note {
    #[column(primary_key)]
    id: i64,
    tags: Vec<String>,
    #[column(index(storage(pages_per_range = 16)))]
    day: i32,
}

fn main() {}
