// A column stands in the text, and is no value.
use orm::prelude::*;
use orm::raw::raw_expr;

#[derive(Model, Clone)]
struct Room {
    #[column(primary_key)]
    id: i32,
    seats: i32,
    taken: i32,
}

fn main() {
    let _ = raw_expr("").column(Room::taken).raw(" < ").bind(Room::seats).filter();
}
