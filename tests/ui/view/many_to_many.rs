// A plain table of pairs refers to tables.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "totals", model = Total, through = "user_totals", one_sided)]
struct User {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[model(view)]
struct Total {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
