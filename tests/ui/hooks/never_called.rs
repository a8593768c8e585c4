// Hooks that the model does not ask for would never be called.
use orm::hooks::Hooks;
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
}

impl Hooks for User {}

fn main() {}
