// Words of other libraries lead to those of this one.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table_name = "users", paranoid)]
#[association(one_to_many, as = "orders", model = Order)]
struct User {
    #[column(pk, autoincrement)]
    id: i32,
    #[column(nullable)]
    nickname: Option<String>,
    #[column(type = "text", column_name = "mail", default_value = "")]
    #[validate(length(min = 3), is_email)]
    email: String,
    #[column(skip)]
    token: String,
}

#[derive(Model, Debug, Clone)]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(references = "users")]
    user_id: i32,
}

fn main() {}
