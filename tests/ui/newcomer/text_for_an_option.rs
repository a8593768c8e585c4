// An `Option<&str>` is no `Option<String>`.
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
    User::create().email("ann@example.com").nickname(Some("Ann")).save(db).await?;
    Ok(())
}

fn main() {}
