// Rows are copied where several others refer to one.
use orm::prelude::*;

#[derive(Model, Debug)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
}

fn main() {}
