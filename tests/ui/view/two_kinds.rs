// A model is one thing.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view, named_query)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
}

fn main() {}
