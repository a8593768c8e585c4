// A misspelt option is found before the database sees the wrong table.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(tabel = "users")]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
