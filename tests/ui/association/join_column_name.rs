// The columns of a plain join table are called like fields; another table is a model.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "tags", model = Tag, through = "post_tags", foreign_key = "post.id", other_key = "tag id")]
struct Post {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "posts", model = Post, through = "post_tags", one_sided)]
struct Tag {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
