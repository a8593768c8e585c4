// A model is asked by a query.
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
    let all = User::all(db).await?;
    let some = User::filter(User::active.eq(true)).all(db).await?;
    let count = User::count(db).await?;
    Ok(())
}

fn main() {}
