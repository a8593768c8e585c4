//! The statement log: every statement sent, exactly once, nothing else.

use std::sync::{Arc, Mutex};

use orm_core::exec::{Config, Db, Executor, LogEvent, Params};
use orm_core::types::Param;

use crate::server;
use crate::support::{database, number, recorded, run};

// The article prints `[SQL] SELECT 1+1 AS result`, byte for byte.
#[tokio::test]
async fn the_articles_line_is_reproduced() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let config =
        Config::from_url(&server::url().await)
            .unwrap()
            .logger(move |event: &LogEvent<'_>| {
                sink.lock().unwrap().push(format!("[SQL] {}", event.sql()));
            });
    Db::connect(config)
        .await
        .unwrap()
        .authenticate()
        .await
        .unwrap();
    assert_eq!(*lines.lock().unwrap(), ["[SQL] SELECT 1+1 AS result"]);
}

#[tokio::test]
async fn preparing_is_not_logged_and_running_is_logged_once() {
    let (db, record) = recorded(1).await;
    for _ in 0..3 {
        run(&db, "SELECT 1").await.unwrap();
    }
    assert_eq!(record.take(), ["SELECT 1"; 3]);
}

#[tokio::test]
async fn transactions_log_their_own_statements() {
    let (db, record) = recorded(1).await;
    db.transaction(async |tx| {
        tx.transaction(async |tx| run(tx, "SELECT 1").await).await?;
        let failed = tx.transaction(async |tx| run(tx, "SELECT 1/0").await).await;
        assert!(failed.is_err());
        Ok::<_, orm_core::Error>(())
    })
    .await
    .unwrap();
    let expected = [
        "BEGIN",
        "SAVEPOINT orm_1",
        "SELECT 1",
        "RELEASE SAVEPOINT orm_1",
        "SAVEPOINT orm_1",
        "SELECT 1/0",
        "ROLLBACK TO SAVEPOINT orm_1",
        "RELEASE SAVEPOINT orm_1",
        "COMMIT",
    ];
    assert_eq!(record.take(), expected);
}

#[tokio::test]
async fn rows_errors_and_durations_are_told() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&events);
    let db = database(1).await.with_logger(move |event| {
        let failed = event.error().map(orm_core::Error::kind);
        sink.lock().unwrap().push((event.rows(), failed));
        assert!(event.duration().as_nanos() > 0);
        assert!(event.params().is_none(), "values are private by default");
    });
    run(&db, "CREATE TABLE t AS SELECT generate_series(1, 7)")
        .await
        .unwrap();
    run(&db, "DELETE FROM t WHERE generate_series > 5")
        .await
        .unwrap();
    db.executor()
        .query_all("SELECT * FROM t", Params::none())
        .await
        .unwrap();
    run(&db, "SELECT 1/0").await.unwrap_err();
    let rows: Vec<_> = events.lock().unwrap().iter().map(|it| it.0).collect();
    assert_eq!(rows[1..], [Some(2), Some(5), None]);
    assert!(events.lock().unwrap()[3].1.is_some());
}

#[tokio::test]
async fn values_are_shown_only_on_request() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let config = Config::from_url(&server::url().await)
        .unwrap()
        .log_params(true)
        .logger(move |event| sink.lock().unwrap().push(format!("{:?}", event.params())));
    let db = Db::connect(config).await.unwrap();
    db.executor()
        .execute(
            "SELECT $1::text, $2::int4",
            Params::from(&[Param::from("a"), Param::from(7_i32)]),
        )
        .await
        .unwrap();
    assert_eq!(*seen.lock().unwrap(), ["Some(['a', 7])"]);
}

#[tokio::test]
async fn a_derived_logger_sees_only_its_own_handle() {
    let (db, record) = recorded(1).await;
    let other = crate::support::Record::default();
    let derived = db.with_logger(other.hook());
    number(&derived, "SELECT 1::int8").await.unwrap();
    assert!(record.take().is_empty());
    assert_eq!(other.take(), ["SELECT 1::int8"]);
    assert_eq!(db.pool_status().size, 1, "they share the pool");
}

const SPEAKING: &str = "ORM_TEST_WITHOUT_A_LOGGER";

/// The other process: statements that succeed, fail and are undone, with nobody listening.
#[tokio::test]
async fn the_process_without_a_logger() {
    if std::env::var_os(SPEAKING).is_none() {
        return;
    }
    let db = database(1).await;
    db.authenticate().await.unwrap();
    run(&db, "CREATE TABLE spoken (id int)").await.unwrap();
    run(&db, "INSERT INTO spoken VALUES (1)").await.unwrap();
    run(&db, "SELECT spoken").await.unwrap_err();
    let tx = db.begin().await.unwrap();
    run(&tx, "SELECT 1 / 0").await.unwrap_err();
    drop(tx);
    run(&db, "DO $$ BEGIN RAISE WARNING 'spoken'; END $$")
        .await
        .unwrap();
}

#[tokio::test]
async fn without_a_logger_nothing_is_printed() {
    let output = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "log::the_process_without_a_logger"])
        .args(["--nocapture", "--quiet"])
        .env(SPEAKING, "1")
        .output()
        .unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let printed = String::from_utf8_lossy(&output.stdout);
    for word in ["SELECT", "INSERT", "BEGIN", "spoken"] {
        assert!(!printed.contains(word), "{printed}");
    }
}

// A statement whose future is dropped was sent all the same.
#[tokio::test]
async fn an_abandoned_statement_is_logged() {
    let (db, record) = recorded(1).await;
    let mut rows = db
        .executor()
        .query("SELECT generate_series(1, 100000)", Params::none())
        .await
        .unwrap();
    rows.next().await.unwrap();
    drop(rows);
    assert_eq!(record.take(), ["SELECT generate_series(1, 100000)"]);
}
