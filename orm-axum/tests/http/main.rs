//! Requests to services, and what is answered. Nothing listens: requests are handed to the
//! router. Each test runs on PostgreSQL and on SQLite, unless it is about one of them.

// Models are as programs write them.
#![allow(clippy::unwrap_used, unreachable_pub)]

/// Makes two tests of a function that takes a database, one for each kind.
macro_rules! on_both {
    ($($name:ident;)*) => {
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = orm_testkit::TestDatabase::create().await.unwrap();
                super::$name(crate::calls::Place::new(&database.url())).await;
            })*
        }
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = orm_testkit::TestFile::create().unwrap();
                super::$name(crate::calls::Place::new(&file.url())).await;
            })*
        }
    };
}

mod bodies;
mod calls;
mod listing;
#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/notes.rs"]
mod notes;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod openapi;
mod rules;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod schema;
#[cfg(all(feature = "schemars", feature = "utoipa"))]
mod schemas;
mod service;
mod statuses;
mod transactions;
