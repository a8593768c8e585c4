// A scope is lifted by its name, so each has its own.
use orm::prelude::*;
use orm::query::Filter;

mod shop {
    pub fn visible() -> orm::query::Filter<super::Post> {
        super::visible()
    }
}

fn visible() -> Filter<Post> {
    Post::id.gt(0)
}

#[derive(Model, Clone)]
#[model(default_scope = visible, default_scope = shop::visible)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
