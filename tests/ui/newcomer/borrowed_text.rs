// A row owns what was read: nothing is left that it could borrow from.
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
struct User<'a> {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: &'a str,
}

#[derive(Model, Debug, Clone)]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    number: &'static str,
    letter: char,
}

fn main() {}
