// Of two keys nobody can tell which is meant.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "posts")]
struct User {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "author", model = User, one_sided)]
#[association(belongs_to, as = "editor", model = User, one_sided)]
struct Post {
    #[column(primary_key)]
    id: i32,
    author_id: i32,
    editor_id: i32,
}

fn main() {}
