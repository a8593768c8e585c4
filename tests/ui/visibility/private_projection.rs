// A shape has no back door to a private field.
mod users {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    pub struct User {
        #[column(primary_key)]
        pub id: i32,
        password_hash: String,
    }
}

use orm::prelude::*;
use users::User;

#[derive(Projection, Clone)]
#[projection(model = User)]
struct Leak {
    id: i32,
    password_hash: String,
}

fn main() {}
