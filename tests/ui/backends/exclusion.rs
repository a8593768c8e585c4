// Exclusion constraints and parameters of indexes are PostgreSQL's alone.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite), exclude(columns = (room with =), method = btree))]
struct Booking {
    #[column(primary_key)]
    id: i64,
    room: i32,
    #[column(index(storage(fillfactor = 70)))]
    day: i32,
}

fn main() {}
