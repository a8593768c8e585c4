// A number among which rows?
use orm::prelude::*;
use orm::query::row_number;

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
    let _ = Sale::query().values(row_number()).all(db).await?;
    Ok(())
}

fn main() {}
