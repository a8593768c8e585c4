// Who does not see an association does not load it.
mod users {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[association(has_many, as = "sessions", vis = "pub(self)")]
    pub struct User {
        #[column(primary_key)]
        pub id: i32,
    }

    #[derive(Model, Clone)]
    #[association(belongs_to, as = "user", vis = "everyone")]
    struct Session {
        #[column(primary_key)]
        id: i32,
        user_id: i32,
    }
}

use orm::prelude::*;

fn main() {
    let _ = users::User::query().include(users::User::sessions);
}
