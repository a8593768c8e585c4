// A version is moved by every write, and not by programs.
use orm::prelude::*;

#[derive(Model, Clone)]
struct Page {
    #[column(primary_key)]
    id: i32,
    title: String,
    #[column(version)]
    revision: i32,
}

async fn write(page: Page, db: &Db) {
    let _ = page.update().set(Page::revision, 7).save(db).await;
}

fn main() {}
