// What asks the database is a future.
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
    let user = User::find(1).one(db)?;
    println!("{}", user.email);
    Ok(())
}

fn main() {}
