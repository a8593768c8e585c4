// What is found or built says by a unique column which row is the same.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
    full_name: String,
}

async fn find(db: &Db) {
    let new = User::create().email("a@example.com").full_name("A");
    let _ = User::find_or_build(new).on(User::full_name).one(db).await;
    let new = User::create().email("a@example.com").full_name("A");
    let _ = User::find_or_build(new).one(db).await;
}

fn main() {}
