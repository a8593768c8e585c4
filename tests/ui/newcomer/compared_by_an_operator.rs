// A comparison of the database is a method: `.eq(3)`, `.gt(3)`.
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
    User::query().filter(User::id == 3).all(db).await?;
    Ok(())
}

fn main() {}
