// A generic struct would be many tables.
use orm::prelude::*;

#[derive(Model, Clone)]
struct User<T> {
    #[column(primary_key)]
    id: T,
}

fn main() {}
