// The rows of a view are told apart, too.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    user_id: i64,
    cents: i64,
}

fn main() {}
