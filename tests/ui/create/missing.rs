// A row without its required columns cannot be written.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
    email: String,
}

async fn create(db: &Db) {
    let _ = User::create().full_name("Sarah").save(db).await;
}

fn main() {}
