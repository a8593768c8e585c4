// Two marked fields are one key of two columns.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(primary_key)]
    email: String,
}

async fn program(db: &Db) -> orm::Result<User> {
    User::find(1).one(db).await
}

fn main() {}
