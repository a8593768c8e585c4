//! Words the tests are written in.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm_core::Result;
use orm_core::exec::{Config, Db, Executor, LogEvent, Params, PoolOptions};

use crate::server;

/// A configuration for a new database, with a pool of at most `max`.
pub(crate) async fn config(max: usize) -> Config {
    let options = PoolOptions::new().max(max);
    Config::from_url(&server::url().await)
        .unwrap()
        .pool(options)
}

/// A new database.
pub(crate) async fn database(max: usize) -> Db {
    Db::connect(config(max).await).await.unwrap()
}

/// A new database whose statements are recorded.
pub(crate) async fn recorded(max: usize) -> (Db, Record) {
    let record = Record::default();
    let config = config(max).await.logger(record.hook());
    let db = Db::connect(config).await.unwrap();
    (db, record)
}

/// The texts of the statements that were sent.
#[derive(Clone, Default)]
pub(crate) struct Record(Arc<Mutex<Vec<String>>>);

impl Record {
    pub(crate) fn hook(&self) -> impl Fn(&LogEvent<'_>) + Send + Sync + 'static {
        let list = Arc::clone(&self.0);
        move |event| list.lock().unwrap().push(event.sql().to_owned())
    }

    /// What was sent since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

/// How long anything here may take. Longer than the pool's own patience.
const LIMIT: Duration = Duration::from_secs(60);

/// What does not end would say nothing: it fails.
pub(crate) async fn within<T>(work: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(LIMIT, work).await;
    done.expect("done within a minute")
}

/// Runs a statement without parameters.
pub(crate) async fn run(on: &impl Executor, text: &str) -> Result<u64> {
    within(on.executor().execute(text, Params::none())).await
}

/// The first column of the first row.
pub(crate) async fn number(on: &impl Executor, text: &str) -> Result<i64> {
    let row = within(on.executor().query_opt(text, Params::none())).await?;
    row.expect("a row").get(0)
}

/// The process number of the server's end of a connection.
pub(crate) async fn pid(on: &impl Executor) -> i64 {
    number(on, "SELECT pg_backend_pid()::int8").await.unwrap()
}

/// How many rows `log` has.
pub(crate) async fn rows_in(on: &impl Executor, table: &str) -> i64 {
    number(on, &format!("SELECT count(*) FROM {table}"))
        .await
        .unwrap()
}

/// Connections to the database of `db`, other than the one that asks.
pub(crate) async fn other_connections(db: &Db) -> i64 {
    let text = "SELECT count(*) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid() \
                AND backend_type = 'client backend'";
    number(db, text).await.unwrap()
}

/// Ends a connection, and returns when the server's end of it is gone.
pub(crate) async fn kill(watcher: &Db, pid: i64) {
    // PostgreSQL 13 cannot wait by itself.
    let text = format!("SELECT pg_terminate_backend({pid})::int::int8");
    assert_eq!(number(watcher, &text).await.unwrap(), 1);
    let left = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}");
    eventually("the connection is gone", async || {
        number(watcher, &left).await.unwrap() == 0
    })
    .await;
}

/// Waits until `condition` holds.
pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(10);
    while !condition().await {
        assert!(Instant::now() < deadline, "never happened: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until the server runs a statement containing `part`.
pub(crate) async fn until_running(watcher: &Db, part: &str) {
    eventually("the statement runs", async || {
        running(watcher, part).await > 0
    })
    .await;
}

/// How many statements containing `part` the server runs right now.
pub(crate) async fn running(watcher: &Db, part: &str) -> i64 {
    let text = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND state = 'active' AND pid <> pg_backend_pid() AND query LIKE '%{part}%'"
    );
    number(watcher, &text).await.unwrap()
}
