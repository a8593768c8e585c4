// A number is no range.
use orm::prelude::*;
use orm::types::Range;

#[derive(Model, Clone)]
struct Booking {
    #[column(primary_key, auto_increment)]
    id: i32,
    room: i32,
}

async fn read(db: &Db) {
    let _ = Booking::query().filter(Booking::room.overlaps_range(Range::from(1..5))).all(db).await;
}

fn main() {}
