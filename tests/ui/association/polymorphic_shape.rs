// What the macros themselves can see is wrong.
use orm::prelude::*;

#[derive(Polymorphic, Clone)]
enum Commentable {
    Post { post: Post },
}

#[derive(Model, Clone)]
struct Post {
    #[column(primary_key)]
    id: i32,
}

#[derive(Polymorphic, Clone)]
enum Likeable {
    Post(Post),
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Likeable, on_delete = "cascade")]
struct Like {
    #[column(primary_key)]
    id: i32,
    subject_id: i32,
}

fn main() {}
