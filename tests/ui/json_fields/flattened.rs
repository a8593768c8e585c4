// What is flattened has no key.
use orm::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Settings {
    theme: String,
    #[serde(flatten)]
    address: Address,
}

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Address {
    city: String,
}

fn main() {}
