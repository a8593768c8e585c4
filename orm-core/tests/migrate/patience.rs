//! Locks that others hold: waited for, but not for long, and again.

use std::sync::Mutex;
use std::time::Duration;

use orm_core::migrate::{Event, MigrationProblem};

use crate::support::{Texts, ask, database, migrator};

const TABLE: Texts = ("20240101000000-a", "CREATE TABLE t (id int);", "");
const COLUMN: Texts = (
    "20240102000000-b",
    "CREATE TABLE u (); ALTER TABLE t ADD COLUMN x int;",
    "",
);
const STEPS: Texts = (
    "20240102000000-b",
    "-- orm:no-transaction\nCREATE TABLE u ();\nALTER TABLE t ADD COLUMN x int;",
    "",
);

async fn retried(second: Texts) {
    let (database, config) = database().await;
    migrator(&[TABLE]).up(&config).await.unwrap();
    let reader = database.connect().await.unwrap();
    reader
        .batch_execute("BEGIN; SELECT * FROM t")
        .await
        .unwrap();
    // The reader ends when the first attempt has failed.
    let (tell, told) = tokio::sync::oneshot::channel();
    let tell = Mutex::new(Some(tell));
    let migrator = migrator(&[TABLE, second])
        .lock_timeout(Duration::from_millis(20))
        .on_event(move |event| {
            if let Event::Retrying { .. } = event
                && let Some(tell) = tell.lock().unwrap().take()
            {
                tell.send(()).unwrap();
            }
        });
    let run = tokio::spawn(async move { migrator.up(&config).await });
    told.await.unwrap();
    reader.batch_execute("ROLLBACK").await.unwrap();
    assert_eq!(run.await.unwrap().unwrap().len(), 1);
    assert_eq!(
        ask(&reader, "SELECT to_regclass('u')::text")
            .await
            .as_deref(),
        Some("u")
    );
}

#[tokio::test]
async fn a_migration_that_cannot_have_its_locks_is_rolled_back_and_tried_again() {
    retried(COLUMN).await;
}

#[tokio::test]
async fn so_is_a_step_outside_of_a_transaction() {
    retried(STEPS).await;
}

#[tokio::test]
async fn in_the_end_it_is_given_up() {
    let (database, config) = database().await;
    migrator(&[TABLE]).up(&config).await.unwrap();
    let reader = database.connect().await.unwrap();
    reader
        .batch_execute("BEGIN; SELECT * FROM t")
        .await
        .unwrap();
    let hasty = migrator(&[TABLE, COLUMN])
        .lock_timeout(Duration::from_millis(5))
        .lock_attempts(2);
    let error = hasty.up(&config).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("55P03"));
    let Some(MigrationProblem::Failed(failure)) = error.migration() else {
        panic!("a failed statement: {error}");
    };
    assert_eq!(failure.statement, Some((2, 2)));
    assert_eq!(ask(&reader, "SELECT to_regclass('u')::text").await, None);
}
