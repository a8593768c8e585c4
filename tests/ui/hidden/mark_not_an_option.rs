// Rows that are not deleted have no moment.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
struct Post {
    #[column(primary_key)]
    id: i32,
    deleted_at: DateTime<Utc>,
}

fn main() {}
