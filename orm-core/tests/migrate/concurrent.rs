//! Several processes start at once, and each migration is applied once.

use std::time::Duration;

use orm_core::Error;
use orm_core::exec::Config;
use orm_core::migrate::{MigrationProblem, Migrator, Run};

use crate::support::{Texts, ask, database, migrator};

// Each inserts a row, so that running twice would show, and the third could
// not run while others wait inside a transaction.
const TEXTS: [Texts; 4] = [
    (
        "20240101000000-a",
        "CREATE TABLE runs (name text); INSERT INTO runs VALUES ('a');",
        "",
    ),
    ("20240102000000-b", "INSERT INTO runs VALUES ('b');", ""),
    (
        "20240103000000-c",
        "-- orm:no-transaction\nINSERT INTO runs VALUES ('c');\n\
         CREATE INDEX CONCURRENTLY runs_name_idx ON runs (name);",
        "",
    ),
    ("20240104000000-d", "INSERT INTO runs VALUES ('d');", ""),
];

async fn at_once(runners: usize) {
    let (database, config) = database().await;
    let tasks: Vec<_> = (0..runners)
        .map(|_| tokio::spawn(run(migrator(&TEXTS), config.clone())))
        .collect();
    let mut applied = Vec::new();
    for task in tasks {
        applied.extend(task.await.unwrap().unwrap().into_iter().map(|run| run.name));
    }
    assert_eq!(applied, TEXTS.map(|(name, ..)| name));
    let client = database.connect().await.unwrap();
    let rows = ask(
        &client,
        "SELECT string_agg(name, '' ORDER BY name) FROM runs",
    )
    .await;
    assert_eq!(rows.as_deref(), Some("abcd"));
}

async fn run(migrator: Migrator, config: Config) -> Result<Vec<Run>, Error> {
    migrator.up(&config).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runners() {
    at_once(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_runners() {
    at_once(10).await;
}

#[tokio::test]
async fn whoever_cannot_wait_any_longer_says_so() {
    let (database, config) = database().await;
    let holder = database.connect().await.unwrap();
    holder
        .batch_execute("SELECT pg_advisory_lock(-7038838407252854360)")
        .await
        .unwrap();
    let hasty = migrator(&TEXTS).patience(Duration::from_millis(30));
    let error = hasty.up(&config).await.unwrap_err();
    assert!(
        matches!(error.migration(), Some(MigrationProblem::Busy { .. })),
        "{error}"
    );
    holder
        .batch_execute("SELECT pg_advisory_unlock_all()")
        .await
        .unwrap();
    assert_eq!(hasty.up(&config).await.unwrap().len(), 4);
}

// As behind a pooler that gives each transaction another connection.
#[tokio::test]
async fn a_lost_lock_stops_the_run() {
    let (_database, config) = database().await;
    let texts = [
        ("20240101000000-a", "SELECT pg_advisory_unlock_all();", ""),
        ("20240102000000-b", "CREATE TABLE t ();", ""),
    ];
    let error = migrator(&texts).up(&config).await.unwrap_err();
    assert_eq!(error.migration(), Some(&MigrationProblem::LockLost));
}
