// A row that refers to a marked one has nothing to show.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
#[association(has_many, as = "comments", model = Comment)]
struct Post {
    #[column(primary_key)]
    id: i32,
    title: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "post", model = Post, on_delete = "cascade")]
struct Comment {
    #[column(primary_key)]
    id: i32,
    post_id: i32,
}

async fn first(db: Db) -> orm::Result<String> {
    let comment = Comment::query().include(Comment::post).one(&db).await?;
    Ok(comment.post.title)
}

fn main() {}
