// The join model's own `belongs_to` says which key it holds.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = Membership, source_key = "number")]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    number: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", through = Membership, target_key = "number")]
struct Group {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", one_sided)]
#[association(belongs_to, as = "group", one_sided)]
struct Membership {
    #[column(primary_key)]
    user_id: i32,
    #[column(primary_key)]
    group_id: i32,
}

fn main() {}
