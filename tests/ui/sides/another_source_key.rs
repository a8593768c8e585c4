// The join table holds one key of each side, whichever side one looks from.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = "memberships", source_key = "number")]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    number: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", through = "memberships")]
struct Group {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
