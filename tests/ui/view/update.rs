// Nor is a row of it changed.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    user_id: i64,
    cents: i64,
}

async fn demo(total: Total, db: &Db) -> orm::Result<()> {
    total.update().set(Total::cents, 1).save(db).await?;
    Ok(())
}

fn main() {}
