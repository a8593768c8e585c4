//! A database of a test's own, and a pooler before it.

use std::error::Error;
use std::io::Write;

use orm::exec::{PoolOptions, Pooler};
use orm::prelude::*;
use orm_testkit::{PgBouncer, TestDatabase, server};

use crate::models::MODELS;

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// A pooler with so many sessions per database, where there is one to start.
///
/// CI has one; without `CI` in the environment a test says that it did not run.
pub(crate) fn pooler(sessions: usize) -> Test<Option<PgBouncer>> {
    pooler_with(sessions, &[])
}

/// The same with more of its settings.
pub(crate) fn pooler_with(sessions: usize, more: &[(&str, &str)]) -> Test<Option<PgBouncer>> {
    match PgBouncer::start_with(server()?, sessions, more) {
        Err(orm_testkit::Error::NoPgBouncer) if std::env::var_os("CI").is_none() => {
            // Not `eprintln!`, which only shows where a test fails.
            let said = b"skipped: there is no `pgbouncer` to test behind; install the package\n";
            std::io::stderr().write_all(said)?;
            Ok(None)
        }
        started => Ok(Some(started?)),
    }
}

/// A database with the tables.
pub(crate) async fn database() -> Test<TestDatabase> {
    let database = TestDatabase::create().await?;
    let db = Db::connect(Config::from_url(&database.url())?).await?;
    db.create_missing(MODELS).await?;
    db.close().await;
    Ok(database)
}

/// The way to `database` through the pooler, with a pool of at most `max`.
pub(crate) fn through(pooler: &PgBouncer, database: &TestDatabase, max: usize) -> Test<Config> {
    let config = Config::from_url(&database.url_via(pooler.address()))?;
    let options = PoolOptions::new().max(max);
    Ok(config.pooler(Pooler::Transaction).pool(options))
}
