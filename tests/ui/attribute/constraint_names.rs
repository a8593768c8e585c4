// Constraints of a table have names of their own, which the server can keep.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(primary_key_name = "pk", check(name = "pk", expression = "id > 0"))]
#[association(belongs_to, as = "user", model = User, constraint = "", one_sided)]
struct Order {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
