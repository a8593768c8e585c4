// A delete must know of the rows with hooks that go with its own.
use orm::hooks::Hooks;
use orm::prelude::*;

#[derive(Model, Clone)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[model(hooks)]
#[association(belongs_to, as = "post", model = Post, on_delete = "cascade", one_sided)]
struct Comment {
    #[column(primary_key)]
    id: i32,
    post_id: i32,
}

impl Hooks for Comment {}

fn main() {}
