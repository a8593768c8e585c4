// A unique index is checked at once; a constraint that is checked late finds no row.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(unique(unless_deleted, deferrable))]
    email: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Clone)]
#[model(unique(columns = (list, place), deferrable = "late"))]
struct Item {
    #[column(primary_key)]
    id: i32,
    list: i32,
    place: i32,
}

fn main() {}
