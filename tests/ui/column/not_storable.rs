// A type that is no column type is named once, with what to do.
use orm::prelude::*;

use std::time::Duration;

#[derive(Model, Clone)]
struct Task {
    #[column(primary_key)]
    id: i32,
    took: Duration,
}

fn main() {}
