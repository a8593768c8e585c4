// A rule takes the values it needs, no more and no fewer.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[validate(len(2), not_empty(5))]
    name: String,
    #[validate(hash(sha3))]
    digest: String,
}

fn main() {}
