// The owner's type and key are given by one setter, and the message names that.
use orm::prelude::*;

#[derive(Polymorphic, Clone)]
enum Commentable {
    Post(Post),
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Commentable)]
struct Comment {
    #[column(primary_key, auto_increment)]
    id: i32,
    subject_type: CommentableType,
    subject_id: i32,
}

#[derive(Model, Clone)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

async fn write(db: &Db) {
    let _ = Comment::create().save(db).await;
}

fn main() {}
