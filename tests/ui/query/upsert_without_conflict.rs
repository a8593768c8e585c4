// An upsert that does not say which rows are the same.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
}

async fn write(db: &Db) {
    let _ = User::upsert(User::create().email("a@example.com")).save(db).await;
    let _ = User::upsert(User::create().email("a@example.com")).or_ignore(db).await;
    let _ = User::upsert_many([User::create().email("a@example.com")]).or_find(db).await;
}

fn main() {}
