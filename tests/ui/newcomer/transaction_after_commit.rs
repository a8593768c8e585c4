// A transaction that was committed is over.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
    nickname: Option<String>,
    #[column(default = true)]
    active: bool,
}

async fn program(db: &Db) -> orm::Result<()> {
    let tx = db.begin().await?;
    tx.commit().await?;
    User::create().email("ann@example.com").save(&tx).await?;
    Ok(())
}

fn main() {}
