// What is written already is changed by an update, not by its hook.
use orm::hooks::{HookResult, Hooks};
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(hooks)]
struct User {
    #[column(primary_key)]
    id: i32,
    name: String,
}

impl Hooks for User {
    async fn after_create(rows: &mut [Self], _tx: &Tx) -> HookResult {
        rows[0].name = "Ann".to_owned();
        Ok(())
    }
}

fn main() {}
