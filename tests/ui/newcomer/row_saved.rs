// A row is no object that knows what was changed in it.
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
    let mut user = User::find(1).one(db).await?;
    user.email = "ben@example.com".to_owned();
    user.save(db).await?;
    user.insert(db).await?;
    Ok(())
}

fn main() {}
