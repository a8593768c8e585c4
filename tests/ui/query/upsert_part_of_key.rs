// One column of a key of several does not make two rows the same.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(unique(columns = (org_id, email)))]
struct Member {
    #[column(primary_key, auto_increment)]
    id: i32,
    org_id: i32,
    email: String,
}

async fn write(row: Member, db: &Db) {
    let new = Member::create().org_id(row.org_id).email(&*row.email);
    let _ = Member::upsert(new).on(Member::email).save(db).await;
}

fn main() {}
