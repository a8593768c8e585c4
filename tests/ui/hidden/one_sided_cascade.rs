// A delete that marks knows of the rows that its model's associations lead to.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(soft_delete)]
struct Post {
    #[column(primary_key)]
    id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "post", model = Post, on_delete = "cascade", one_sided)]
struct Comment {
    #[column(primary_key)]
    id: i32,
    post_id: i32,
}

fn main() {}
