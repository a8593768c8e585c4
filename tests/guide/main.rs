//! The guide of `docs/guide`: every Rust block of its chapters is compiled, every
//! chapter runs on a database of its own, and the SQL that stands behind a block is
//! what the block sent. `tests/book` says how the chapters become `chapters.rs`.

#![allow(clippy::unwrap_used)]

// The other test of the guide uses the rest of it.
#[allow(dead_code)]
#[path = "../book/book.rs"]
mod book;
#[rustfmt::skip]
#[allow(
    clippy::all,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    unreachable_pub,
    unused
)]
mod chapters;
mod sent;

use orm::prelude::*;
use orm_testkit::TestDatabase;

use crate::sent::Sent;

/// An empty database, and what is sent to it.
async fn place() -> (TestDatabase, Db, Sent) {
    let database = TestDatabase::create().await.unwrap();
    let sent = Sent::default();
    let config = Config::from_url(&database.url()).unwrap();
    let db = Db::connect(config.logger(sent.logger())).await.unwrap();
    (database, db, sent)
}
