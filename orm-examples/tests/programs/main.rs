//! The programs of `examples`, each on PostgreSQL and on SQLite.

// Models are as programs write them.
#![allow(unreachable_pub)]
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use orm::exec::{Config, Db};
use orm_testkit::{StatementLog, TestDatabase, TestFile};

/// A database of a test's own, and what is sent to it.
pub(crate) struct Place {
    pub(crate) db: Db,
    pub(crate) log: StatementLog,
}

impl Place {
    async fn new(url: &str) -> Self {
        let log = StatementLog::new();
        let sent = log.clone();
        let config = Config::from_url(url).unwrap();
        let config = config.logger(move |event| sent.record(event.sql()));
        let db = Db::connect(config).await.unwrap();
        Place { db, log }
    }
}

/// Makes two tests of a function that takes a place, one for each kind of database.
macro_rules! on_both {
    ($($name:ident;)*) => {
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = super::super::TestDatabase::create().await.unwrap();
                super::$name(crate::Place::new(&database.url()).await).await;
            })*
        }
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = super::super::TestFile::create().unwrap();
                super::$name(crate::Place::new(&file.url()).await).await;
            })*
        }
    };
}

mod background;
mod library;
mod spans;
