//! The help desk, asked as its clients ask it, on PostgreSQL and on SQLite.

#![allow(clippy::unwrap_used)]

/// Makes two tests of a function that takes a desk, one for each kind of database.
macro_rules! on_both {
    ($($name:ident;)*) => {
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = orm_testkit::TestDatabase::create().await.unwrap();
                super::$name(crate::desk::Desk::open(&database.url()).await).await;
            })*
        }
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = orm_testkit::TestFile::create().unwrap();
                super::$name(crate::desk::Desk::open(&file.url()).await).await;
            })*
        }
    };
}

mod desk;
mod lists;
mod schema;
mod teams;
mod tickets;
