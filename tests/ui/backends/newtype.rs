// A type is judged by what it is in the database, whatever it is called.
use orm::prelude::*;

#[derive(DbType, Clone)]
struct Tags(Vec<String>);

type Labels = Vec<String>;

#[derive(Model, Clone)]
#[model(backends(sqlite))]
struct Post {
    #[column(primary_key)]
    id: i32,
    tags: Tags,
    labels: Labels,
}

fn main() {}
