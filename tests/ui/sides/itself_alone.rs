// Of an association with itself the other direction is the other side.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "friends", model = Person, through = "friendships",
              foreign_key = "person_id", other_key = "friend_id")]
struct Person {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
