// Two directions of one association are in one table.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "friends", model = Person, through = "friendships",
              foreign_key = "person_id", other_key = "friend_id")]
#[association(many_to_many, as = "friend_of", model = Person, through = "friend_ships",
              foreign_key = "friend_id", other_key = "person_id")]
struct Person {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
