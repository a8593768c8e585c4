// What is put together has the same types in the same places.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

#[derive(Model, Clone)]
struct Supplier {
    #[column(primary_key, auto_increment)]
    id: i32,
    contact: Option<String>,
}

async fn demo(db: &Db) {
    let users = User::query().values((User::id, User::email));
    let suppliers = Supplier::query().values((Supplier::id, Supplier::contact));
    let _ = users.union(suppliers).all(db).await;
}

fn main() {}
