// `one` fails where there is no row, `one_or_none` gives an `Option`.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

async fn program(db: &Db) -> orm::Result<()> {
    if let Some(user) = User::find(1).one(db).await? {
        println!("{}", user.email);
    }
    Ok(())
}

fn main() {}
