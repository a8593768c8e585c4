// Nothing is written that hooks could be called beside.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(view, hooks)]
struct Total {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
