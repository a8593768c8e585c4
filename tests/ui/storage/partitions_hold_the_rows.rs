// A partitioned table has no rows of its own to keep.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(partition_by(hash = id), unlogged, storage(fillfactor = 70))]
struct Event {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
