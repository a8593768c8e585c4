// A label is a name without fields.
use orm::prelude::*;

#[derive(DbEnum, Clone, Copy)]
enum Status {
    Pending,
    Shipped(i32),
}

#[derive(DbEnum, Clone, Copy)]
#[db_enum(rename_al = "snake_case")]
enum Kind {
    #[db_enum(label = "a")]
    One,
    #[db_enum(label = "a")]
    Two,
}

fn main() {}
