// A query shows twelve values at most.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(named_query)]
struct Wide {
    #[column(primary_key)]
    a: i32,
    b: i32,
    c: i32,
    d: i32,
    e: i32,
    f: i32,
    g: i32,
    h: i32,
    i: i32,
    j: i32,
    k: i32,
    l: i32,
    m: i32,
}

fn main() {}
