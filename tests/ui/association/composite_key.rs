// A key of two columns is held by two columns.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Room {
    #[column(primary_key)]
    hotel: i32,
    #[column(primary_key)]
    number: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "room", one_sided)]
struct Stay {
    #[column(primary_key)]
    id: i32,
    room_id: i32,
}

fn main() {}
