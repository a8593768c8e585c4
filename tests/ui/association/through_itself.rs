// Both keys of a self reference have to be named.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "followers", model = User, through = "follows")]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
