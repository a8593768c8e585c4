// A row of a factory is made to belong to a row, not to have some.
use orm::prelude::*;
use orm_testkit::Factories as _;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

async fn make(order: Order, db: &Db) {
    let _ = User::factory().of(User::orders, &order).save(db).await;
}

fn main() {}
