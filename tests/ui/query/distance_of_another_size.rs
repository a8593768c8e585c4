// Vectors of different sizes are not apart by anything.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Item {
    #[column(primary_key, auto_increment)]
    id: i32,
    embedding: Vector<3>,
}

async fn read(db: &Db) {
    let near = Item::embedding.l2_distance(Vector::from([0.5, 1.0]));
    let _ = Item::query().order_by(near).limit(5).all(db).await;
}

fn main() {}
