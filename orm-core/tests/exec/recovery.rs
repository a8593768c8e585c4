//! Dropped futures and guards: nobody gets a connection in the middle of something.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use orm_core::Error;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};

use crate::server;
use crate::support::{
    Record, database, eventually, number, other_connections, pid, recorded, rows_in, run, running,
    until_running, within,
};

/// Polls `future` until the server runs its `pg_sleep`, then drops it.
async fn drop_in_mid_statement(future: impl Future, watcher: &Db) {
    let mut future = pin!(future);
    let mut watch = pin!(until_running(watcher, "pg_sleep(1000)"));
    poll_fn(|cx| {
        assert!(future.as_mut().poll(cx).is_pending());
        watch.as_mut().poll(cx)
    })
    .await;
}

/// A database with table `t`, seen through a pool of one, and a watcher.
async fn pair() -> (Db, Db, Record) {
    let url = server::url().await;
    let record = Record::default();
    let config = Config::from_url(&url)
        .unwrap()
        .pool(PoolOptions::new().max(1));
    let db = Db::connect(config.logger(record.hook())).await.unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    run(&watcher, "CREATE TABLE t (id int)").await.unwrap();
    (db, watcher, record)
}

// S: a timeout around a query must not leave the server working on it.
#[tokio::test]
async fn a_dropped_statement_is_cancelled_and_its_connection_reused() {
    let (db, watcher, _) = pair().await;
    let before = pid(&db).await;
    drop_in_mid_statement(run(&db, "SELECT pg_sleep(1000)"), &watcher).await;
    assert_eq!(pid(&db).await, before);
    assert_eq!(running(&watcher, "pg_sleep(1000)").await, 0);
}

#[tokio::test]
async fn a_transaction_dropped_between_statements_is_rolled_back_first() {
    let (db, _, record) = pair().await;
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    record.take();
    drop(tx);
    assert_eq!(rows_in(&db, "t").await, 0);
    assert_eq!(record.take(), ["ROLLBACK", "SELECT count(*) FROM t"]);
    assert_eq!(pid(&db).await, before, "the connection was clean");
}

#[tokio::test]
async fn a_transaction_dropped_amid_a_statement_is_cancelled_and_rolled_back() {
    let (db, watcher, _) = pair().await;
    let before = pid(&db).await;
    let work = db.transaction(async |tx| {
        run(tx, "INSERT INTO t VALUES (1)").await?;
        run(tx, "SELECT pg_sleep(1000)").await
    });
    drop_in_mid_statement(work, &watcher).await;
    assert_eq!(rows_in(&db, "t").await, 0);
    assert_eq!(pid(&db).await, before);
    assert_eq!(running(&watcher, "pg_sleep(1000)").await, 0);
}

#[tokio::test]
async fn a_begin_whose_future_is_dropped_opens_nothing() {
    let (db, _, _) = pair().await;
    {
        let mut opening = pin!(db.begin());
        poll_fn(|cx| {
            assert!(opening.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    // Lasts until the end of the transaction, so not at all outside of one.
    run(&db, "SET LOCAL work_mem = '9MB'").await.unwrap();
    let lasts = "SELECT (current_setting('work_mem') = '9MB')::int::int8";
    assert_eq!(number(&db, lasts).await.unwrap(), 0);
    assert_eq!(db.pool_status().size, 1);
}

#[tokio::test]
async fn a_panic_in_a_transaction_rolls_back() {
    let (db, _, _) = pair().await;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async |tx| {
                run(tx, "INSERT INTO t VALUES (1)").await?;
                assert!(db.pool_status().max == 0, "on purpose");
                Ok::<_, Error>(())
            })
            .await
        }
    });
    assert!(within(task).await.unwrap_err().is_panic());
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn an_aborted_task_rolls_back() {
    let (db, watcher, _) = pair().await;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            db.transaction(async |tx| {
                run(tx, "INSERT INTO t VALUES (1)").await?;
                run(tx, "SELECT pg_sleep(1000)").await
            })
            .await
        }
    });
    until_running(&watcher, "pg_sleep(1000)").await;
    task.abort();
    assert!(within(task).await.unwrap_err().is_cancelled());
    assert_eq!(rows_in(&db, "t").await, 0);
    assert_eq!(db.pool_status().size, 1, "no permit was lost");
}

#[tokio::test]
async fn unread_rows_are_cancelled() {
    let (db, watcher, _) = pair().await;
    let before = pid(&db).await;
    let mut rows = db
        .executor()
        .query("SELECT generate_series(1, 100000000)", Params::none())
        .await
        .unwrap();
    rows.next().await.unwrap();
    drop(rows);
    assert_eq!(pid(&db).await, before);
    assert_eq!(running(&watcher, "100000000").await, 0);
}

// Without a runtime nothing can be sent: the connection is closed instead.
#[tokio::test]
async fn a_transaction_dropped_outside_the_runtime_costs_its_connection() {
    let (db, watcher, _) = pair().await;
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    std::thread::spawn(move || drop(tx)).join().unwrap();
    assert_eq!(db.pool_status().size, 0);
    assert_ne!(pid(&db).await, before);
    eventually("the old one is gone", async || {
        other_connections(&watcher).await == 1
    })
    .await;
    assert_eq!(rows_in(&db, "t").await, 0);
}

// A cancel request that comes late must not hit the next statement.
#[tokio::test]
async fn a_late_cancel_hits_nobody() {
    let db = database(1).await;
    run(&db, "SELECT 1").await.unwrap();
    for _ in 0..50 {
        let mut short = Box::pin(run(&db, "SELECT 1"));
        poll_fn(|cx| {
            let _ = short.as_mut().poll(cx);
            Poll::Ready(())
        })
        .await;
        drop(short);
        run(&db, "SELECT pg_sleep(0.001)").await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_dropped_futures_lose_no_connection() {
    let (db, record) = recorded(4).await;
    run(&db, "CREATE TABLE t (id int)").await.unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..60_u64 {
        let db = db.clone();
        tasks.spawn(async move {
            let work = db.transaction(async |tx| {
                run(tx, "INSERT INTO t VALUES (1)").await?;
                run(tx, "SELECT pg_sleep(0.01)").await?;
                Err::<(), _>(Error::usage("undo"))
            });
            let _ = tokio::time::timeout(std::time::Duration::from_millis(n), work).await;
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    eventually("all connections are back", async || {
        db.pool_status().in_use == 0
    })
    .await;
    let txs = [
        db.begin().await,
        db.begin().await,
        db.begin().await,
        db.begin().await,
    ];
    for tx in txs {
        tx.unwrap().rollback().await.unwrap();
    }
    assert_eq!(rows_in(&db, "t").await, 0);
    let sent = record.take();
    let count = |text: &str| sent.iter().filter(|it| *it == text).count();
    // A rollback that was dropped itself is sent a second time.
    assert!(count("ROLLBACK") >= count("BEGIN"));
}
