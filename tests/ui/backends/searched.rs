// Words of texts and vectors are PostgreSQL's.
use orm::prelude::*;
use orm::types::TsVector;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
struct Article {
    #[column(primary_key)]
    id: i32,
    words: TsVector,
    seen: Option<Vector<3>>,
    #[column(index(method = hnsw, ops = "vector_l2_ops"))]
    title: String,
}

fn main() {}
