// A scope is a filter of the model's rows.
use orm::prelude::*;

fn visible() -> bool {
    true
}

#[derive(Model, Clone)]
#[model(default_scope = visible)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
