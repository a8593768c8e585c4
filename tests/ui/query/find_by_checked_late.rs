// What is checked when a transaction ends may be twice before that.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(unique(columns = (list, place), deferrable))]
struct Item {
    #[column(primary_key)]
    id: i32,
    list: i32,
    place: i32,
    #[column(unique(deferrable))]
    code: String,
}

fn main() {
    let _ = Item::find_by(Item::code, "a");
    let _ = Item::upsert(Item::create().id(1).list(1).place(1).code("a")).on(Item::code);
}
