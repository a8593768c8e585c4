// A view is in the database: a statement does not say what it shows.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {
    let rows = Total::query().values((Total::user_id, Total::cents));
    let _ = Total::query().with::<Total>(rows);
}
