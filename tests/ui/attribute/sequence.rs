// How the numbers of a sequence follow each other.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Invoice {
    #[column(primary_key, identity(start = 5, min = 10, increment = 0, cache = 0))]
    id: i64,
    #[column(sequence(start = 5))]
    number: i64,
    #[column(sequence(name = "notes", min = 9, max = 9))]
    note: i64,
    #[column(sequence(name = "notes", start = "7", incremnt = 2))]
    page: i64,
    #[column(identity, sequence(name = "notes"))]
    line: i64,
    #[column(identity(start = 0))]
    first: i64,
    #[column(identity(increment = -1, start = 1))]
    down: i32,
    #[column(identity(max = 99999))]
    small: i16,
    #[column(identity(max = -5))]
    below: i64,
}

fn main() {}
