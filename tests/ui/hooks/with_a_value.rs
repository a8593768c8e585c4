// Which hooks there are, the `impl` says.
use orm::hooks::Hooks;
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(hooks = before_create)]
struct User {
    #[column(primary_key)]
    id: i32,
}

impl Hooks for User {}

fn main() {}
