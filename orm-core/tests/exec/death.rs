//! Connections that die: noticed, replaced, reported, never repeated blindly.

use std::time::Duration;

use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};

use crate::server::{self, Server};
use crate::support::{eventually, kill, number, pid, rows_in, run, until_running, within};
use crate::wire::Wire;

async fn pair() -> (Db, Db) {
    let url = server::url().await;
    let one = Config::from_url(&url)
        .unwrap()
        .pool(PoolOptions::new().max(1));
    let db = Db::connect(one).await.unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    run(&watcher, "CREATE TABLE t (id int)").await.unwrap();
    (db, watcher)
}

#[tokio::test]
async fn an_idle_connection_that_died_is_replaced_before_use() {
    let (db, watcher) = pair().await;
    let dead = pid(&db).await;
    kill(&watcher, dead).await;
    // Whether or not the death was noticed yet, nothing must fail: a read is
    // repeated, and a statement new to the connection was not sent at all.
    let exec = db.executor().reading();
    let row = exec
        .query_opt("SELECT pg_backend_pid()::int8", Params::none())
        .await;
    assert_ne!(row.unwrap().unwrap().get::<i64>(0).unwrap(), dead);
    assert_eq!(db.pool_status().size, 1);
}

#[tokio::test]
async fn a_write_that_was_not_sent_is_sent_on_another_connection() {
    let (db, watcher) = pair().await;
    kill(&watcher, pid(&db).await).await;
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 1);
}

/// A pool of one over a wire that can lose an answer, with `n` in table `t` at 0.
async fn over_a_wire() -> (Db, Wire) {
    let wire = Wire::to(server::shared().port()).await;
    let config = Config::from_url(&server::url().await).unwrap();
    let config = config.host("127.0.0.1").port(wire.port());
    let db = Db::connect(config.pool(PoolOptions::new().max(1)))
        .await
        .unwrap();
    run(&db, "CREATE TABLE t (n int8)").await.unwrap();
    run(&db, "INSERT INTO t VALUES (0)").await.unwrap();
    (db, wire)
}

// It took place, and nobody knows: sent again, it would take place twice.
#[tokio::test]
async fn a_write_that_was_sent_is_not_sent_again() {
    let (db, wire) = over_a_wire().await;
    let count = "UPDATE t SET n = n + 1";
    // Prepared, so that the answer that gets lost is that of the statement.
    run(&db, count).await.unwrap();
    wire.lose_the_next_answer();
    let error = run(&db, count).await.unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
    assert_eq!(number(&db, "SELECT n FROM t").await.unwrap(), 2);
}

#[tokio::test]
async fn a_read_that_was_sent_is_sent_again() {
    let (db, wire) = over_a_wire().await;
    let ask = async || {
        let exec = db.executor().reading();
        let row = within(exec.query_opt("SELECT n FROM t", Params::none())).await;
        row.unwrap().unwrap().get::<i64>(0).unwrap()
    };
    assert_eq!(ask().await, 0);
    wire.lose_the_next_answer();
    assert_eq!(ask().await, 0);
    assert!(!wire.is_about_to_lose(), "no answer was lost");
}

#[tokio::test]
async fn whoever_only_asks_whether_it_works_asks_again() {
    let (db, wire) = over_a_wire().await;
    wire.lose_the_next_answer();
    within(db.authenticate()).await.unwrap();
    assert!(!wire.is_about_to_lose(), "no answer was lost");
}

// Nothing was done in it, so that another connection is as good.
#[tokio::test]
async fn a_begin_whose_answer_is_lost_is_sent_on_another_connection() {
    let (db, wire) = over_a_wire().await;
    wire.lose_the_next_answer();
    let tx = within(db.begin()).await.unwrap();
    assert!(!wire.is_about_to_lose(), "no answer was lost");
    run(&tx, "UPDATE t SET n = n + 1").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(number(&db, "SELECT n FROM t").await.unwrap(), 1);
}

#[tokio::test]
async fn a_statement_killed_on_the_way_is_a_lost_connection_and_not_repeated() {
    let (db, watcher) = pair().await;
    let victim = pid(&db).await;
    let work = run(&db, "INSERT INTO t SELECT 1 FROM pg_sleep(1000)");
    let killing = async {
        until_running(&watcher, "pg_sleep(1000)").await;
        kill(&watcher, victim).await;
    };
    let (answer, ()) = tokio::join!(work, killing);
    let error = answer.unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
    assert!(!error.is_commit_unknown());
    assert_eq!(error.sqlstate(), Some("57P01"));
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn a_transaction_whose_connection_died_fails_and_the_pool_recovers() {
    let (db, watcher) = pair().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    kill(&watcher, pid(&tx).await).await;
    let error = run(&tx, "INSERT INTO t VALUES (2)").await.unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
    tx.rollback().await.unwrap_err();
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn a_connection_lost_before_commit_never_reports_success() {
    let (db, watcher) = pair().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    kill(&watcher, pid(&tx).await).await;
    let error = tx.commit().await.unwrap_err();
    assert!(
        error.is_connection_lost() && error.is_commit_unknown(),
        "{error}"
    );
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn the_pool_survives_a_crash_of_the_server() {
    let server = Server::start(&["synchronous_commit=on"]);
    let options = PoolOptions::new().max(3).min(3);
    let config = Config::from_url(&server.create_database().await).unwrap();
    let db = Db::connect(config.pool(options)).await.unwrap();
    run(&db, "CREATE TABLE t (id int)").await.unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    server.restart();
    eventually("the deaths are noticed", async || {
        run(&db, "SELECT * FROM t").await.is_ok()
    })
    .await;
    for _ in 0..3 {
        run(&db, "SELECT * FROM t").await.unwrap();
    }
}

#[tokio::test]
async fn statement_timeout_is_a_cancelled_query_and_keeps_the_connection() {
    let url = server::url().await;
    let config = Config::from_url(&url)
        .unwrap()
        .statement_timeout(Duration::from_millis(50));
    let db = Db::connect(config).await.unwrap();
    let before = pid(&db).await;
    let error = run(&db, "SELECT pg_sleep(1000)").await.unwrap_err();
    assert!(error.is_query_cancelled() && error.is_timeout());
    assert_eq!(pid(&db).await, before);
}

#[tokio::test]
async fn lock_timeout_is_its_own_kind() {
    let (db, watcher) = pair().await;
    let tx = watcher.begin().await.unwrap();
    run(&tx, "LOCK TABLE t").await.unwrap();
    let answer = db
        .transaction(async |tx| {
            run(tx, "SET LOCAL lock_timeout = '20ms'").await?;
            run(tx, "SELECT * FROM t").await
        })
        .await;
    let error = answer.unwrap_err();
    assert!(error.is_lock_not_available() && error.is_timeout());
}

#[tokio::test]
async fn an_idle_transaction_is_ended_by_the_server_and_reported() {
    let url = server::url().await;
    let config = Config::from_url(&url)
        .unwrap()
        .idle_in_transaction_session_timeout(Duration::from_millis(500));
    let db = Db::connect(config).await.unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    let tx = db.begin().await.unwrap();
    let victim = pid(&tx).await;
    let gone = format!("SELECT count(*) FROM pg_stat_activity WHERE pid = {victim}");
    eventually("the server ends it", async || {
        number(&watcher, &gone).await.unwrap() == 0
    })
    .await;
    let error = run(&tx, "SELECT 1").await.unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
    drop(tx);
    run(&db, "SELECT 1").await.unwrap();
}

// After a failover the connection is alive, and of no use for writing.
#[tokio::test]
async fn a_server_that_became_read_only_loses_its_connections() {
    let (db, watcher) = pair().await;
    let before = pid(&db).await;
    let name = "(SELECT quote_ident(current_database()))";
    let text = format!(
        "DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || {name} || \
         ' SET default_transaction_read_only = on'; END $$"
    );
    run(&watcher, &text).await.unwrap();
    // New sessions are read-only now; make this pool's one of them.
    kill(&watcher, before).await;
    let read_only = pid(&db).await;
    let error = run(&db, "INSERT INTO t VALUES (1)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    assert_ne!(pid(&db).await, read_only);
}
