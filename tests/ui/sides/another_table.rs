// A pair that is added on one side must be seen from the other.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = "memberships")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", through = "member_ships")]
struct Group {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
