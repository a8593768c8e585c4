// What a public model says of another model is public too.
pub mod users {
    use orm::prelude::*;

    #[derive(Model, Clone)]
    #[association(has_many, as = "sessions")]
    pub struct User {
        #[column(primary_key)]
        pub id: i32,
    }

    #[derive(Model, Clone)]
    #[association(belongs_to, as = "user")]
    struct Session {
        #[column(primary_key)]
        id: i32,
        user_id: i32,
    }
}

fn main() {}
