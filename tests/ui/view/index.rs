// Who makes the view makes its indexes.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(materialized_view, index(columns = (cents)))]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {}
