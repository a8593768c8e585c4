// A text of a request is judged before it is a place.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
}

fn main() {
    let _ = User::query().order_by(User::full_name).page(20).at("abc");
}
