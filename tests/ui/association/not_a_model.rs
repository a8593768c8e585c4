// The other side must be a model.
use orm::prelude::*;

#[derive(Clone)]
struct Profile;

#[derive(Model, Clone)]
#[association(belongs_to, as = "profile", model = Profile, foreign_key = "profile_id", one_sided)]
struct User {
    #[column(primary_key)]
    id: i32,
    profile_id: i32,
}

fn main() {}
