// `foreign_key` is the key of the side that says it, on both sides.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = "memberships", foreign_key = "user_id", other_key = "group_id")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", through = "memberships", foreign_key = "user_id", other_key = "group_id")]
struct Group {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
