// An association is said on the struct: one mistake, one message.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[association(has_many, model = Order, foreign_key = "user_id")]
    orders: Vec<Order>,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

fn main() {}
