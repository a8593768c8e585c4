// An index is a b-tree where only PostgreSQL has others.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
#[model(index(columns = (details), method = gin))]
#[model(index(columns = (title), name = "by_title", include = (year)))]
#[model(index(columns = (year nulls last), name = "by_year"))]
#[model(index(expression = "immutable_unaccent(title)"))]
#[model(unique(columns = (title, year), nulls_not_distinct))]
struct Film {
    #[column(primary_key)]
    id: i32,
    details: Json<Vec<i32>>,
    #[column(index(name = "like_title", ops = "text_pattern_ops"))]
    title: String,
    #[column(index(name = "old", where = "year < 1970"), index(name = "odd", where = "year = ANY('{1}')"))]
    year: Option<i32>,
}

fn main() {}
