// Columns that make two rows the same are those of a unique constraint, all of them.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(unique(columns = (org_id, email)))]
struct Member {
    #[column(primary_key, auto_increment)]
    id: i32,
    org_id: i32,
    email: String,
    role: String,
}

async fn write(row: Member, db: &Db) {
    let new = || Member::create().org_id(row.org_id).email(&*row.email).role("x");
    let _ = Member::upsert(new()).on((Member::org_id, Member::role)).save(db).await;
}

fn main() {}
