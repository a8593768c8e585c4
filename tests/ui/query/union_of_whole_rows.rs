// What is put together are values.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

async fn demo(db: &Db) {
    let _ = User::query().values(User::id).union(User::query()).all(db).await;
    let _ = User::query().limit(3).union(User::query().limit(5)).all(db).await;
    let _ = User::query().values(User::id).union(User::query().values(User::id)).group_by(User::id).all(db).await;
}

fn main() {}
