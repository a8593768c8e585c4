// A many_to_many has two sides like every association.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = "memberships")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(table = "groups")]
struct Group {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
