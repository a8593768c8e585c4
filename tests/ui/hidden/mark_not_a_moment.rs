// Rows are marked by the moment of their delete.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
struct Post {
    #[column(primary_key)]
    id: i32,
    deleted_at: Option<i64>,
}

fn main() {}
