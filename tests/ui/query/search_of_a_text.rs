// Words are looked for in the words of a text.
use orm::prelude::*;
use orm::query::{TextConfig, TsQuery};

#[derive(Model, Clone)]
struct Article {
    #[column(primary_key, auto_increment)]
    id: i32,
    body: String,
}

async fn read(db: &Db) {
    let query = TsQuery::websearch(TextConfig::ENGLISH, "rats");
    let _ = Article::query().filter(Article::body.search(&query)).all(db).await;
}

fn main() {}
