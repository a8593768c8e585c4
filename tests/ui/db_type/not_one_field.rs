// A column holds one value.
use orm::prelude::*;

#[derive(DbType, Clone)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(DbType, Clone)]
struct Maybe(Option<i32>);

fn main() {}
