// A pair of a row with itself only is no association.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "friends", model = Person, through = "friendships",
              foreign_key = "person_id", other_key = "person_id", one_sided)]
struct Person {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
