// What is loaded is that of a model of the enum.
use orm::prelude::*;

#[derive(Polymorphic, Clone)]
enum Commentable {
    Post(Post),
    Tag(Tag),
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
#[association(belongs_to, as = "author", model = Author, one_sided)]
struct Post {
    #[column(primary_key)]
    id: i32,
    author_id: i32,
}

#[derive(Model, Clone)]
struct Tag {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
struct Author {
    #[column(primary_key)]
    id: i32,
}

fn main() {
    let _ = Comment::query().include(Comment::subject.on(Author::query()));
}
