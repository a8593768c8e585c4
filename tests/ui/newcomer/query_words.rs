// A query has one word for each thing, and knows those of others.
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
    User::query().where_(User::active.eq(true)).all(db).await?;
    User::query().fetch_all(db).await?;
    User::find(1).fetch_optional(db).await?;
    User::query().skip(20).take(10).all(db).await?;
    User::query().order_by_desc(User::email).all(db).await?;
    User::query().inner_join(User::query()).load(db).await?;
    Ok(())
}

fn main() {}
