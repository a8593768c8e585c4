// A transaction fails with an error of the program's own.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

enum Refused {
    Taken,
    Database(orm::Error),
}

impl From<orm::Error> for Refused {
    fn from(error: orm::Error) -> Self {
        Refused::Database(error)
    }
}

async fn register(db: &Db) {
    let _ = db
        .transaction(async |tx| {
            let user = User::create().name("Ada").save(tx).await?;
            if user.id > 1 {
                return Err(Refused::Taken);
            }
            Ok(user)
        })
        .await;
}

fn main() {}
