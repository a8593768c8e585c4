// Nothing says what a transaction fails with.
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
        .try_transaction(async |tx| {
            User::create().name("Ada").save(tx).await?;
            Ok(())
        })
        .await;
}

fn main() {}
