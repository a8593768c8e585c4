// A row that belongs to nothing has neither a type nor a key.
use orm::prelude::*;

#[derive(Polymorphic, Clone)]
enum Commentable {
    Post(Post),
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Commentable)]
struct Comment {
    #[column(primary_key)]
    id: i32,
    subject_type: CommentableType,
    subject_id: Option<i32>,
}

#[derive(Model, Clone)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
