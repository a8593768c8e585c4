// A sibling that was not included has no rows and no methods.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
    full_name: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
#[association(has_many, as = "line_items", model = LineItem, foreign_key = "order_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
    total: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id")]
struct LineItem {
    #[column(primary_key, auto_increment)]
    id: i32,
    order_id: i32,
}

async fn read(db: &Db) -> orm::Result<usize> {
    let order = Order::find(1).include(Order::customer).one(db).await?;
    if order.line_items.iter().any(|item| item.id == 1) {
        println!("{}", order.line_items.is_empty());
    }
    Ok(order.line_items.len())
}

fn main() {}
