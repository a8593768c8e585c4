// A right word in the wrong place is told where it belongs.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, table = "users")]
    id: i32,
}

fn main() {}
