// Nor does one go.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

async fn demo(total: Total, db: &Db) -> orm::Result<()> {
    total.delete(db).await
}

fn main() {}
