// SQLite has no schemas, keeps some names, and takes `A` and `a` for one.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(schema = "shop", backends(postgres, sqlite))]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(table = "sqlite_users", backends(postgres, sqlite))]
struct Member {
    #[column(primary_key)]
    id: i32,
    email: String,
    #[column(name = "Email")]
    other_email: String,
}

fn main() {}
