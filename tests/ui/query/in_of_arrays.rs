// Arrays of arrays do not exist.
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
    let lists = [vec![1], vec![1, 2]];
    let _ = Sale::query().filter(Sale::pages.in_(lists)).all(db).await?;
    Ok(())
}

fn main() {}
