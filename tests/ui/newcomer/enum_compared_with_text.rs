// An enum is compared with one of its variants.
use orm::prelude::*;

#[derive(DbEnum, Debug, Clone, Copy)]
enum Status {
    New,
    Known,
}

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    status: Status,
}

async fn program(db: &Db) -> orm::Result<Vec<User>> {
    User::query().filter(User::status.eq("new")).all(db).await
}

fn main() {}
