// The named field must exist.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(timestamps(created_at = "made", updated_at = "changed"))]
struct User {
    #[column(primary_key)]
    id: i32,
    made_at: DateTime<Utc>,
    changed: DateTime<Utc>,
}

fn main() {}
