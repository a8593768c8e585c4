// `timestamps` says which fields it lacks.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(timestamps)]
struct User {
    #[column(primary_key)]
    id: i32,
    created_at: DateTime<Utc>,
}

fn main() {}
