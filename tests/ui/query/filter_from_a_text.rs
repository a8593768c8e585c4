// SQL is only where `raw` stands.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
}

fn main() {
    let _ = User::query().filter("full_name = 'Ann'");
}
