// `soft_delete` says which field it lacks.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
