// A number is no range.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Booking {
    #[column(primary_key, auto_increment)]
    id: i32,
    room: i32,
}

async fn read(db: &Db) {
    let _ = Booking::query().filter(Booking::room.is_empty_range()).all(db).await;
}

fn main() {}
