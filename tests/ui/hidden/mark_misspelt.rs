// The named field must exist.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete = removed)]
struct Post {
    #[column(primary_key)]
    id: i32,
    removed_at: Option<DateTime<Utc>>,
}

fn main() {}
