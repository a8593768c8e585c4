// One struct is one document.
use orm::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Settings<T> {
    theme: T,
}

fn main() {}
