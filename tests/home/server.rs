//! Where a suite has its databases: on a server.
//!
//! `file.rs` is the same for SQLite. A suite says in its `main.rs` which of them is its
//! `home`, and in its `on_sqlite.rs` that it is the other one.

#![allow(dead_code)] // each suite needs some of it

use orm_testkit::TestDatabase;

/// The statements of a test.
pub(crate) type Log = orm_testkit::StatementLog;

/// A database of a test's own, for as long as this lives.
pub(crate) type Home = TestDatabase;

/// What only a server has.
#[allow(unused_macros)]
macro_rules! on_a_server {
    ($($part:item)*) => { $($part)* };
}

/// What only a file has.
#[allow(unused_macros)]
macro_rules! on_a_file {
    ($($part:item)*) => {};
}

/// A new database.
pub(crate) async fn home() -> Result<Home, orm_testkit::Error> {
    TestDatabase::create().await
}
