// Without the type, rows of other owners with the same key would be loaded.
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
    subject_id: i32,
}

#[derive(Model, Clone)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "subject_id")]
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
