// What is in no database is in no schema.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(named_query, schema = "sales")]
struct Total {
    #[column(primary_key)]
    user_id: i64,
}

fn main() {}
