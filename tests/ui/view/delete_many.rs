// Many rows are rows.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {
    let rows: Vec<Total> = Vec::new();
    let _ = Total::delete_many(&rows);
}
