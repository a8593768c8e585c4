// A row says by its model which variant it is.
use orm::prelude::*;

#[derive(Polymorphic, Clone)]
enum Commentable {
    Post(Post),
    Draft(Post),
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
struct Post {
    #[column(primary_key)]
    id: i32,
}

fn main() {}
