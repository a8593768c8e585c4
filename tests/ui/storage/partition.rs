// Each partition has its own indexes: what is unique says in which one a row is.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(partition_by(range = day), unique(columns = (code, id)))]
struct Event {
    #[column(primary_key)]
    id: i64,
    day: NaiveDate,
    code: String,
}

#[derive(Model, Clone)]
#[model(partition_by(list = region), index(columns = (code), unique))]
struct Shop {
    #[column(primary_key)]
    id: i64,
    #[column(primary_key)]
    region: String,
    code: String,
}

fn main() {}
