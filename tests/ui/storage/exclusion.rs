// An exclusion constraint says by what two rows are compared, and how.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(exclude(name = "apart"))]
#[model(exclude(columns = (room, day with =)))]
#[model(exclude(columns = (room with <)))]
#[model(exclude(columns = (room desc with =)))]
#[model(exclude(columns = (room with =), method = gin))]
#[model(exclude(columns = (day with &&), method = btree))]
#[model(exclude(columns = (room with =, day with =), method = hash))]
struct Booking {
    #[column(primary_key)]
    id: i64,
    room: i32,
    day: String,
}

#[derive(Model, Clone)]
#[model(exclude(columns = (rom with =)), partition_by(hash = id))]
#[model(exclude(columns = (room with =)))]
struct Stay {
    #[column(primary_key)]
    id: i64,
    room: i32,
}

#[derive(Model, Clone)]
#[model(exclude(columns = ()))]
#[model(exclude(columns = (with with =), name = "one"))]
#[model(exclude(columns = (with with =), name = "two"))]
struct Twice {
    #[column(primary_key)]
    id: i64,
    with: i32,
}

#[derive(Model, Clone)]
#[model(view, exclude(columns = (room with =)))]
struct Seen {
    #[column(primary_key)]
    id: i64,
    room: i32,
}

fn main() {}
