// Several rows may be found by columns that are unique among some rows only.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(index(columns = (org_id, email), unique, where = "left_on IS NULL"))]
struct Member {
    #[column(primary_key, auto_increment)]
    id: i32,
    org_id: i32,
    email: String,
    left_on: Option<NaiveDate>,
}

async fn read(db: &Db) {
    let _ = Member::find_by((Member::org_id, Member::email), (1, "a")).one(db).await;
}

fn main() {}
