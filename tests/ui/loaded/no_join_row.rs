// An association without a join table of its own has no join rows.
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

fn named(_: orm::loaded!(User { orders.with_join_row })) {}

async fn loaded(db: &Db) -> orm::Result<()> {
    User::query().include(User::orders.with_join_row()).all(db).await?;
    Ok(())
}

fn main() {}
