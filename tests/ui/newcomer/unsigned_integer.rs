// Databases have signed integers of 16, 32 and 64 bits.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: u64,
    age: u8,
    visits: Option<usize>,
}

async fn program(db: &Db) -> orm::Result<User> {
    User::find(1).one(db).await
}

fn main() {}
