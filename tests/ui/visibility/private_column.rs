// Who cannot read a field of a row cannot select it, ask for it or set it either.
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

fn main() {
    let _ = User::query().filter(User::password_hash.eq("x"));
    let _ = User::create().id(1).password_hash("x");
}
