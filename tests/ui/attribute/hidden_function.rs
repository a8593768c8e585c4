// An association is called by its name; a function of every model has that name already.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "create", model = Part, foreign_key = "whole_id", one_sided)]
struct Whole {
    #[column(primary_key)]
    id: i32,
    query: i32,
    query_: i32,
}

#[derive(Model, Clone)]
struct Part {
    #[column(primary_key)]
    id: i32,
    whole_id: i32,
}

fn main() {}
