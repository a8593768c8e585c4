// What a case begins with says which type it has.
use orm::prelude::*;
use orm::query::case;

#[derive(Model, Clone)]
struct Room {
    #[column(primary_key)]
    id: i32,
    seats: i32,
}

fn main() {
    let _ = Room::query().order_by(case(Room::seats.gt(9), "large", "small").asc());
}
