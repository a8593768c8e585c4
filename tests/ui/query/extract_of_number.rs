// A number has no hours.
use orm::prelude::*;
use orm::ast::TimeUnit;

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
    let hours = Sale::amount.extract(TimeUnit::Hour);
    let _ = Sale::query().values(hours).all(db).await?;
    Ok(())
}

fn main() {}
