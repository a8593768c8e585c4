// Only a struct with named fields is a row.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Pair(i32, i32);

#[derive(Model, Clone)]
enum Kind {
    One,
}

#[derive(Model, Clone)]
struct Unit;

fn main() {}
