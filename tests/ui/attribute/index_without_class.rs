// Which distance an index of vectors is about, its operator class says.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(index(columns = (embedding), method = ivfflat, name = "by_list"))]
struct Item {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(index(method = hnsw))]
    embedding: Vector<3>,
}

fn main() {}
