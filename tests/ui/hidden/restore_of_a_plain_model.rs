// A row that was removed does not come back.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key)]
    id: i32,
}

async fn undo(user: User, db: Db) -> orm::Result<User> {
    user.restore(&db).await
}

fn main() {}
