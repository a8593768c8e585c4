// A row with loaded associations is a type of its own.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
#[association(has_many, as = "lines", model = Line, foreign_key = "order_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
    total: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id")]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    order_id: i32,
}

async fn program(db: &Db) -> orm::Result<User> {
    User::find(1).include(User::orders).one(db).await
}

fn main() {}
