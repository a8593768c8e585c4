// A condition on join rows is about columns of the join model.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "tags", model = Tag, through = PostTag)]
#[association(many_to_many, as = "readers", model = Tag, through = "post_readers", foreign_key = "post_id", other_key = "tag_id", one_sided)]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "posts", model = Post, through = PostTag)]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", one_sided)]
struct PostTag {
    #[column(primary_key)]
    post_id: i32,
    #[column(primary_key)]
    tag_id: i32,
    note: String,
}

async fn read(db: &Db) {
    let _ = Post::query().include(Post::tags.filter_join_rows(Tag::name.eq("x"))).all(db).await;
}

fn main() {}
