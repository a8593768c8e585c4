// Pairs are written, and not to a view.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "tags", model = Tag, through = Tagged, one_sided)]
struct Post {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
struct Tag {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[model(view)]
#[association(belongs_to, as = "post", one_sided)]
#[association(belongs_to, as = "tag", one_sided)]
struct Tagged {
    #[column(primary_key)]
    post_id: i64,
    #[column(primary_key)]
    tag_id: i64,
}

fn main() {}
