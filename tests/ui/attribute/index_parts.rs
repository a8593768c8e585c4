// An expression and an operator class are texts in parentheses.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(index(columns = (name, expression = "lower(name)")))]
#[model(index(columns = (expression("lower(name)"), nmae desc), name = "second"))]
#[model(index(columns = (name ops = "text_pattern_ops"), name = "third"))]
struct User {
    #[column(primary_key)]
    id: i32,
    name: String,
}

fn main() {}
