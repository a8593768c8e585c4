// A rule that nothing can pass is a slip.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[validate(len(20, 2))]
    name: String,
    #[validate(min("many"))]
    age: i32,
}

fn main() {}
