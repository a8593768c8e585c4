//! A database, and migrations that are texts.

use std::sync::{Arc, Mutex};

use orm_core::exec::Config;
use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_testkit::TestDatabase;
use tokio_postgres::Client;

/// A database of its own, and where it is.
pub(crate) async fn database() -> (TestDatabase, Config) {
    let database = TestDatabase::create().await.unwrap();
    let config = database.url().parse().unwrap();
    (database, config)
}

/// `(name, up, down)`
pub(crate) type Texts = (&'static str, &'static str, &'static str);

pub(crate) fn migrator(texts: &[Texts]) -> Migrator {
    let embedded = texts.iter().map(|&(name, up, down)| Embedded {
        name,
        source: EmbeddedSource::TwoFiles {
            up,
            down: Some(down).filter(|it| !it.is_empty()),
        },
    });
    Migrator::embedded(&embedded.collect::<Vec<_>>())
}

/// The lines that running these migrations prints.
pub(crate) fn listening(migrator: Migrator) -> (Migrator, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&lines);
    let migrator = migrator.on_event(move |event| heard.lock().unwrap().push(event.to_string()));
    (migrator, lines)
}

pub(crate) async fn ask(client: &Client, sql: &str) -> Option<String> {
    client.query_one(sql, &[]).await.unwrap().get(0)
}
