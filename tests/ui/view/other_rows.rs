// A named query has the rows that its fields say.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Order {
    #[column(primary_key)]
    id: i64,
    user_id: i64,
    cents: i32,
}

#[derive(Model, Clone)]
#[model(named_query)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {
    // The sum of no rows is NULL: `cents` is not an `Option`.
    let rows = Order::query().values((Order::user_id, Order::cents.sum()));
    let _ = Total::query().with::<Total>(rows.group_by(Order::user_id));
}
