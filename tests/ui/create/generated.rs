// The database computes a generated column.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    price: i32,
    #[column(generated = "price * 2")]
    double: i32,
}

fn create() {
    let _ = Line::create().price(2).set(Line::double, 4);
}

fn main() {}
