// A function that wants loaded rows does not take others.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key)]
    id: i32,
    name: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn total(_: &orm::loaded!(User { orders })) {}

async fn loaded(db: &Db) -> orm::Result<()> {
    let user = User::find(1).one(db).await?;
    total(&user);
    Ok(())
}

fn main() {}
