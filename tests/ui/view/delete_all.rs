// Nor do all that pass a filter.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

async fn demo(db: &Db) -> orm::Result<u64> {
    Total::query().filter(Total::cents.lt(1)).delete().run(db).await
}

fn main() {}
