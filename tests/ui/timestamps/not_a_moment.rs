// The time of a write is a moment.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(timestamps)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    created_at: String,
    updated_at: Option<NaiveDate>,
}

fn main() {}
