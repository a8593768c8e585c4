// A page is fetched: `all` would say that it has every row.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
}

async fn page(db: &Db) -> orm::Result<Vec<User>> {
    User::query().page(20).all(db).await
}

fn main() {}
