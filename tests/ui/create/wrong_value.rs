// A value has the type of its column.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    age: i32,
}

fn create() {
    let _ = User::create().age("many");
}

fn main() {}
