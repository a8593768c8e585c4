// A cast does not do away with NULL.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Sale {
    #[column(primary_key, auto_increment)]
    id: i32,
    amount: i32,
    tip: Option<i32>,
    weight: f64,
    pages: Vec<i32>,
}

async fn demo(db: &Db) -> orm::Result<()> {
    let tips = Sale::query().values(Sale::tip.cast::<i64>());
    let _ = tips.all(db).await?;
    Ok(())
}

fn main() {}
