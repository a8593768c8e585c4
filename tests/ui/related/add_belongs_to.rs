// A `belongs_to` leads to one row, by a key that this row holds.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_many, as = "line_items", model = LineItem, foreign_key = "user_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "user_tags")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: Option<i32>,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct LineItem {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", model = User, through = "user_tags")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
}

async fn write(db: &Db, user: &User, order: &Order) {
    let _ = order.related(Order::customer).add([user], db).await;
    let _ = order.related(Order::customer).set_keys([1], db).await;
    let _ = order.related(Order::customer).delete([user], db).await;
}

fn main() {}
