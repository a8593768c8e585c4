// A list holds values.
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

async fn program(db: &Db, ids: Vec<i32>) -> orm::Result<()> {
    User::query().filter(User::id.in_(&ids)).all(db).await?;
    Ok(())
}

fn main() {}
