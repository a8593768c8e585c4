//! The pool: its size, its patience, and that its options do what they say.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use futures_util::future::{join, poll_fn};
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use tokio::task::JoinSet;

use crate::server;
use crate::support::{config, database, eventually, number, other_connections, pid, run, within};

#[tokio::test]
async fn sequential_statements_share_one_connection() {
    let db = database(10).await;
    let first = pid(&db).await;
    for _ in 0..20 {
        assert_eq!(pid(&db).await, first);
    }
    assert_eq!(db.pool_status().size, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_parallel_statements_use_at_most_max_connections() {
    let db = database(10).await;
    let mut tasks = JoinSet::new();
    for _ in 0..30 {
        let db = db.clone();
        tasks.spawn(async move {
            number(&db, "SELECT pg_backend_pid()::int8 FROM pg_sleep(0.02)").await
        });
    }
    let mut pids = HashSet::new();
    while let Some(answer) = tasks.join_next().await {
        pids.insert(answer.unwrap().unwrap());
    }
    assert!(pids.len() <= 10, "{} connections", pids.len());
    assert!(pids.len() > 1, "nothing ran in parallel");
    let status = db.pool_status();
    assert_eq!((status.in_use, status.waiting), (0, 0));
}

#[tokio::test]
async fn clones_share_the_pool() {
    let db = database(1).await;
    let clone = db.clone();
    assert_eq!(pid(&db).await, pid(&clone).await);
}

// "Always keep 2 warm connections ready" must be true from the start.
#[tokio::test]
async fn min_connections_are_warm_after_connect() {
    let options = PoolOptions::new().max(5).min(3);
    let db = Db::connect(config(5).await.pool(options)).await.unwrap();
    assert_eq!(other_connections(&db).await, 2, "besides the one asking");
    let status = db.pool_status();
    assert_eq!((status.size, status.idle), (3, 3));
}

#[tokio::test]
async fn min_connections_are_kept_when_the_server_closes_them() {
    let options = PoolOptions::new()
        .max(5)
        .min(2)
        .idle(Duration::from_millis(40));
    let url = server::url().await;
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    let now = "SELECT (extract(epoch FROM clock_timestamp()) * 1e6)::int8";
    let killed_at = number(&watcher, now).await.unwrap();
    let kill = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                WHERE datname = current_database() AND pid <> pg_backend_pid()";
    assert_eq!(number(&watcher, kill).await.unwrap(), 2);
    // The killed are listed until they are gone, and the new ones before
    // their owner knows of them.
    let new = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
         AND extract(epoch FROM backend_start) * 1e6 > {killed_at}"
    );
    eventually("two new connections", async || {
        number(&watcher, &new).await.unwrap() == 2 && db.pool_status().size == 2
    })
    .await;
}

#[tokio::test]
async fn idle_connections_are_closed_down_to_min() {
    let options = PoolOptions::new()
        .max(6)
        .min(1)
        .idle(Duration::from_millis(60));
    let url = server::url().await;
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    let held = [db.begin().await, db.begin().await, db.begin().await];
    assert_eq!(db.pool_status().size, 3);
    for tx in held {
        tx.unwrap().rollback().await.unwrap();
    }
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    eventually("one connection left", async || {
        other_connections(&watcher).await == 1
    })
    .await;
    assert_eq!(db.pool_status().size, 1);
}

#[tokio::test]
async fn an_old_connection_is_replaced_at_checkout() {
    let options = PoolOptions::new()
        .max(1)
        .idle(Duration::from_secs(60))
        .max_lifetime(Duration::from_nanos(1));
    let db = Db::connect(config(1).await.pool(options)).await.unwrap();
    assert_ne!(pid(&db).await, pid(&db).await);
}

#[tokio::test]
async fn a_full_pool_gives_up_after_acquire_and_says_why() {
    let acquire = Duration::from_millis(300);
    let options = PoolOptions::new().max(1).acquire(acquire);
    let db = Db::connect(config(1).await.pool(options)).await.unwrap();
    let tx = db.begin().await.unwrap();

    let started = Instant::now();
    let error = run(&db, "SELECT 1").await.unwrap_err();
    let waited = started.elapsed();
    assert!(error.is_acquire_timeout() && error.is_timeout());
    assert!(waited >= acquire.mul_f32(0.9), "{waited:?}");
    // So much for a busy machine; the option's default is three times as long.
    assert!(waited < Duration::from_secs(10), "{waited:?}");
    assert!(
        error.to_string().contains("(max 1, in use 1, waiting 1)"),
        "{error}"
    );
    // The usual reason: a query on `db` inside a transaction.
    assert!(
        error.to_string().contains("query `tx`, never `db`"),
        "{error}"
    );

    tx.rollback().await.unwrap();
    run(&db, "SELECT 1").await.unwrap();
}

#[tokio::test]
async fn a_waiting_statement_runs_when_a_connection_comes_back() {
    let db = database(1).await;
    let tx = db.begin().await.unwrap();
    let waiting = pid(&db);
    let giving_back = async {
        eventually("it waits", async || db.pool_status().waiting == 1).await;
        tx.rollback().await.unwrap();
    };
    within(join(waiting, giving_back)).await;
}

// A waiter that gives up must not take its place in the pool with it.
#[tokio::test]
async fn a_cancelled_waiter_loses_no_permit() {
    let db = database(1).await;
    let tx = db.begin().await.unwrap();
    for _ in 0..5 {
        let mut waiting = Box::pin(pid(&db));
        poll_fn(|cx| {
            assert!(waiting.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    tx.rollback().await.unwrap();
    pid(&db).await;
    assert_eq!(db.pool_status().waiting, 0);
}

#[tokio::test]
async fn close_waits_for_running_work_and_refuses_new() {
    let db = database(2).await;
    let tx = db.begin().await.unwrap();
    let closing = tokio::spawn({
        let db = db.clone();
        async move { db.close().await }
    });
    eventually("the pool is closed", async || db.pool_status().max == 0).await;
    let error = run(&db, "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolClosed);
    assert!(!closing.is_finished());

    run(&tx, "SELECT 1").await.unwrap();
    tx.commit().await.unwrap();
    within(closing).await.unwrap();
    assert_eq!(db.pool_status().size, 0);
}

#[tokio::test]
async fn dropping_the_last_handle_closes_all_connections() {
    let url = server::url().await;
    let options = PoolOptions::new().max(3).min(3);
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    assert_eq!(other_connections(&watcher).await, 3);
    drop(db);
    eventually("no connection left", async || {
        other_connections(&watcher).await == 0
    })
    .await;
}

// Nothing but statements may be sent: no ping before, no reset after.
#[tokio::test]
async fn a_checkout_costs_no_round_trip() {
    let url = server::url().await;
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    let watcher = Db::connect(url.parse().unwrap()).await.unwrap();
    for _ in 0..3 {
        db.executor()
            .query_all("SELECT 'mine'", Params::none())
            .await
            .unwrap();
    }
    let last = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT ''mine'''";
    assert_eq!(number(&watcher, last).await.unwrap(), 1);
}
