// Where nothing is near, the choices are listed.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(paranoid)]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
