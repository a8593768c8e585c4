// A column that is not unique does not make two rows the same.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Member {
    #[column(primary_key, auto_increment)]
    id: i32,
    email: String,
}

async fn write(db: &Db) {
    let _ = Member::upsert(Member::create().email("a")).on(Member::email).save(db).await;
}

fn main() {}
