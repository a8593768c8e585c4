// What is about writing rows says nothing about a view: each word once.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view, soft_delete, unique(columns = (name, size)))]
#[association(belongs_to, as = "owner", model = Total, on_delete = "cascade", one_sided)]
struct Total {
    #[column(primary_key, auto_increment)]
    id: i64,
    owner_id: i64,
    #[column(default = "x")]
    #[validate(not_empty)]
    name: String,
    #[column(index)]
    size: i32,
    deleted_at: Option<DateTime<Utc>>,
}

fn main() {}
