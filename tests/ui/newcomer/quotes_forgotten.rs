// Names of the database are texts, names of models are not.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = users)]
#[association(has_many, as = "orders", model = "Order", foreign_key = "user_id")]
struct User {
    #[column(primary_key = true)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

fn main() {}
