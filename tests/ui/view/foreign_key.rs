// No foreign key refers to a view.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(belongs_to, as = "total", model = Total, one_sided)]
struct User {
    #[column(primary_key)]
    id: i64,
    total_id: i64,
}

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
