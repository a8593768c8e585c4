// A direction or a name that came from a request is no order.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
}

fn main() {
    let _ = User::query().order_by("full_name desc");
}
