// A shape of a struct that is no model.
use orm::prelude::*;

struct Address {
    street: String,
}

#[derive(Projection)]
#[projection(model = Address)]
struct Street {
    street: String,
}

fn main() {}
