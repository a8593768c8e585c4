// A query keeps no rows, has no constraint and no collation of its own.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view, unlogged, primary_key_name = "totals_pk")]
struct Total {
    #[column(primary_key)]
    id: i64,
    #[column(collation = "C")]
    name: String,
}

fn main() {}
