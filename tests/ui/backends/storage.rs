// How rows are kept and compared is PostgreSQL's alone.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite), unlogged, storage(fillfactor = 70))]
#[model(unique(columns = (name, code), deferrable))]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(collation = "C")]
    name: String,
    #[column(unique(deferrable = "initially_deferred"))]
    code: String,
}

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite), partition_by(hash = id))]
#[association(belongs_to, as = "user", model = User, match_full, one_sided)]
struct Event {
    #[column(primary_key)]
    id: i32,
    user_id: i32,
}

fn main() {}
