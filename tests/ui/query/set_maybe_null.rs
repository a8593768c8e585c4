// What is computed of NULL is NULL.
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
    let sales = Sale::query().all_rows().update();
    let _ = sales.set(Sale::amount, Sale::amount + Sale::tip).save(db).await?;
    Ok(())
}

fn main() {}
