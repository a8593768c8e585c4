// What is loaded of owners is said of models that rows can belong to.
use orm::prelude::*;

#[derive(Polymorphic, Debug, Clone)]
enum Commentable {
    Post(Post),
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Commentable)]
#[association(has_many, as = "replies", model = Reply, foreign_key = "comment_id")]
struct Comment {
    #[column(primary_key)]
    id: i32,
    subject_type: CommentableType,
    subject_id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "comment", model = Comment, foreign_key = "comment_id")]
struct Reply {
    #[column(primary_key)]
    id: i32,
    comment_id: i32,
}

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

async fn read(db: &Db) -> orm::Result<()> {
    let below = Comment::subject.on(Reply::query());
    Comment::query().include(below).all(db).await?;
    Ok(())
}

fn named(_: orm::loaded!(Comment { replies(Post) })) {}

fn main() {}
