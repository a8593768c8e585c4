// Rows of a model's own table are no pairs.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(many_to_many, as = "tags", model = Tag, through = "posts")]
struct Post {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "posts", model = Post, through = "posts")]
struct Tag {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "boss", model = Person, foreign_key = "boss_id", one_sided)]
#[association(belongs_to, as = "helper", model = Person, foreign_key = "helper_id", one_sided)]
#[association(many_to_many, as = "helpers", model = Person, through = Person,
              foreign_key = "boss_id", other_key = "helper_id", one_sided)]
struct Person {
    #[column(primary_key)]
    id: i32,
    boss_id: i32,
    helper_id: i32,
}

fn main() {}
