// What failed is no `orm::Error`, and none can be made of it.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "users")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

async fn named(db: &Db, id: &str) -> orm::Result<String> {
    let user = User::find(id.parse::<i64>()?).one(db).await?;
    Ok(user.name)
}

fn main() {}
