// Each part of the key has its column on the other side.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "stays", foreign_key = "room_id")]
struct Room {
    #[column(primary_key)]
    hotel: i32,
    #[column(primary_key)]
    number: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "room", foreign_key = ("hotel", "number"))]
struct Stay {
    #[column(primary_key)]
    id: i32,
    hotel: i32,
    number: i32,
}

fn main() {}
