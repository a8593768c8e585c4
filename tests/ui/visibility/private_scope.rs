// What a scope asks of another model is a field that one can see, and it is said once.
mod users {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[association(belongs_to, as = "user", model = super::User, one_sided)]
    pub struct Session {
        #[column(primary_key)]
        pub id: i32,
        pub user_id: i32,
        kind: String,
    }
}

use orm::prelude::*;
use users::Session;

#[derive(Model, Clone)]
#[association(has_many, as = "sessions", scope(kind = "web"))]
pub struct User {
    #[column(primary_key)]
    pub id: i32,
}

fn main() {}
