// Nor beside a new row.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "totals", model = Total)]
struct User {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[model(view)]
#[association(belongs_to, as = "user", model = User)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {
    let _ = User::create().id(1).with(User::totals, |total| [total()]);
}
