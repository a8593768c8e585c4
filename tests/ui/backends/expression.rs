// SQL in a model is written as it is, so each database must know what is in it.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(backends(postgres, sqlite))]
#[model(check(name = "in_order", expression = "starts < ends"))]
#[model(check(name = "in_future", expression = "starts > now()"))]
struct Event {
    #[column(primary_key)]
    id: i32,
    #[column(default_sql = "current_date")]
    day: NaiveDate,
    #[column(default_sql = "nextval('numbers')")]
    number: i64,
    #[column(check = "title ~ '^[A-Z]'")]
    title: String,
    #[column(generated = "lower(title)::varchar")]
    slug: String,
    #[column(check = "EXTRACT(year FROM ends) > 2000")]
    ends: DateTime<Utc>,
    starts: DateTime<Utc>,
}

fn main() {}
