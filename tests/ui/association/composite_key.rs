// A key of two columns is held by two columns.
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
#[association(belongs_to, as = "room")]
struct Stay {
    #[column(primary_key)]
    id: i32,
    room_id: i32,
}

fn main() {}
