// A scope is lifted from queries of its model.
use orm::prelude::*;
use orm::query::Filter;

fn visible() -> Filter<Post> {
    Post::id.gt(0)
}

#[derive(Model, Clone)]
#[model(default_scope = visible)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i32,
}

fn main() {
    let _ = User::query().unscoped(Post::VISIBLE);
}
