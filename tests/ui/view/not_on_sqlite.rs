// SQLite keeps no rows of views.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(materialized_view, backends(postgres, sqlite))]
struct Total {
    #[column(primary_key)]
    user_id: i64,
}

fn main() {}
