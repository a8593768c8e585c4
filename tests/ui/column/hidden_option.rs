// An `Option` behind an alias would be taken for a required column.
use orm::prelude::*;

type Maybe = Option<i32>;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    age: Maybe,
}

fn main() {}
