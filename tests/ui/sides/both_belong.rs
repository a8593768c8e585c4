// Two models that hold each other's key are two associations with one side each.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(belongs_to, as = "passport")]
struct Person {
    #[column(primary_key)]
    id: i32,
    passport_id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "person")]
struct Passport {
    #[column(primary_key)]
    id: i32,
    person_id: i32,
}

fn main() {}
