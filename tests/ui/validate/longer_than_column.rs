// A text that passes the rule must fit the column.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(varchar(20))]
    #[validate(len(2, 200))]
    name: String,
}

fn main() {}
