// A table of one name in another schema is another table.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "groups", through = Membership)]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", through = old::Membership)]
struct Group {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", one_sided)]
#[association(belongs_to, as = "group", one_sided)]
struct Membership {
    #[column(primary_key)]
    user_id: i32,
    #[column(primary_key)]
    group_id: i32,
}

mod old {
    use super::{Group, User};
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[model(schema = "old")]
    #[association(belongs_to, as = "user", model = User, one_sided)]
    #[association(belongs_to, as = "group", model = Group, one_sided)]
    pub struct Membership {
        #[column(primary_key)]
        pub user_id: i32,
        #[column(primary_key)]
        pub group_id: i32,
    }
}

fn main() {}
