// A storage parameter has a value of one word.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(storage(fillfactor = 70 + 5, autovacuum_enabled = never))]
struct Event {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[model(storage(70))]
struct Other {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
