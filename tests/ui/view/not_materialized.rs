// A view has nothing to refresh.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

fn main() {
    let _ = Total::refresh_view();
}
