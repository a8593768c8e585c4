// A model that says it has hooks has an `impl` of them.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(hooks)]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
