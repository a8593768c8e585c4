// A query with a filter is another type: `.maybe(..)` adds one that may be missing.
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

async fn program(db: &Db, given: Option<String>) -> orm::Result<()> {
    let mut query = User::query();
    if let Some(email) = given {
        query = query.filter(User::email.eq(email));
    }
    query.all(db).await?;
    Ok(())
}

fn main() {}
