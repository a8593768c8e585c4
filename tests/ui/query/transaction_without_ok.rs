// A transaction does not say that it went well.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

async fn register(db: &Db) {
    let _ = db
        .transaction(async |tx| {
            let _ = User::create().name("Ada").save(tx).await;
        })
        .await;
}

fn main() {}
