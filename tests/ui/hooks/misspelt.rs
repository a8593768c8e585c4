// A hook that does not exist is named.
use orm::hooks::{HookResult, Hooks};
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(hooks)]
struct User {
    #[column(primary_key)]
    id: i32,
}

impl Hooks for User {
    async fn after_save(_rows: &[Self], _tx: &Tx) -> HookResult {
        Ok(())
    }
}

fn main() {}
