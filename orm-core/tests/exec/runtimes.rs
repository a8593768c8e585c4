//! Runtimes other than the one that a pool was opened in, and none.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread::{self, Thread};
use std::time::Duration;

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::migrate::Migrator;
use tokio::runtime::{Builder, Runtime};

use crate::server;
use crate::support::{number, pid, run};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(20);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn threads() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap()
}

async fn config(options: PoolOptions) -> Config {
    let config = Config::from_url(&server::url().await).unwrap();
    config.pool(options)
}

async fn shared_count(db: &Db) -> i64 {
    let shared = db.executor().reading().sharing(true);
    let row = shared.query_opt("SELECT 7::int8", Params::none()).await;
    row.unwrap().unwrap().get(0).unwrap()
}

#[test]
fn two_runtimes_share_a_pool() {
    let (first, second) = (threads(), threads());
    let options = PoolOptions::new().max(4).shared_reads(1);
    let db = first.block_on(async { Db::connect(config(options).await).await.unwrap() });
    let work = |db: Db| async move {
        for _ in 0..50 {
            assert_eq!(number(&db, "SELECT 1::int8").await.unwrap(), 1);
            assert_eq!(shared_count(&db).await, 7);
            let tx = db.begin().await.unwrap();
            number(&tx, "SELECT 1::int8").await.unwrap();
            drop(tx);
        }
    };
    let tasks: Vec<_> = (0..16)
        .map(|n| if n % 2 == 0 { &first } else { &second }.spawn(work(db.clone())))
        .collect();
    first.block_on(async {
        for task in tasks {
            task.await.unwrap();
        }
        db.close().await;
    });
}

// The tasks that drive its connections end with a runtime; the next user gets new ones.
#[test]
fn a_pool_outlives_the_runtime_that_it_was_opened_in() {
    for deadline in [None, Some(LONG)] {
        let first = threads();
        let options = PoolOptions::new().max(3).min(2).shared_reads(1);
        let (db, url, tx) = first.block_on(async {
            let mut config = config(options).await;
            if let Some(limit) = deadline {
                config = config.statement_deadline(limit);
            }
            let db = Db::connect(config.clone()).await.unwrap();
            shared_count(&db).await;
            run(&db, "CREATE TABLE t (id int)").await.unwrap();
            let tx = db.begin().await.unwrap();
            run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
            (db, config, tx)
        });
        let running = {
            let db = db.clone();
            first.spawn(async move { run(&db, "SELECT pg_sleep(60)").await })
        };
        drop(first);
        drop(running);
        let second = runtime();
        second.block_on(async {
            let begun = std::time::Instant::now();
            let error = run(&tx, "INSERT INTO t VALUES (2)").await.unwrap_err();
            assert!(error.is_connection_lost(), "{error}");
            assert!(tx.commit().await.is_err());
            for _ in 0..5 {
                assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 0);
                assert_eq!(shared_count(&db).await, 7);
            }
            let again = db.begin().await.unwrap();
            pid(&again).await;
            again.commit().await.unwrap();
            assert!(begun.elapsed() < LONG);
            db.close().await;
            Db::connect(url).await.unwrap();
        });
    }
}

#[test]
fn what_is_dropped_outside_of_a_runtime_is_closed() {
    let first = threads();
    let (db, tx) = first.block_on(async {
        let db = Db::connect(config(PoolOptions::new().max(1)).await)
            .await
            .unwrap();
        let tx = db.begin().await.unwrap();
        (db, tx)
    });
    drop(tx);
    first.block_on(async { number(&db, "SELECT 1::int8").await.unwrap() });
    drop(db);
}

#[test]
fn without_a_runtime_there_is_an_error_and_no_panic() {
    let refused = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains("tokio::main"), "{error}");
    };
    let error = poll(Db::connect(Config::new())).unwrap_err();
    refused(error);
    let first = threads();
    let options = PoolOptions::new().max(2);
    let (config, db, mut tx) = first.block_on(async {
        let config = config(options).await.statement_deadline(LONG);
        let db = Db::connect(config.clone()).await.unwrap();
        let tx = db.begin().await.unwrap();
        (config, db, tx)
    });
    refused(poll(db.authenticate()).unwrap_err());
    refused(poll(db.begin()).unwrap_err());
    let reading = db.executor().reading().sharing(true);
    refused(poll(reading.query_opt("SELECT 1", Params::none())).unwrap_err());
    refused(poll(tx.executor().execute("SELECT 1", Params::none())).unwrap_err());
    refused(poll(Migrator::new().up(&config)).unwrap_err());
    let _ = poll(tx.rollback());
    tx = first.block_on(async { db.begin().await.unwrap() });
    refused(poll(tx.commit()).unwrap_err());
    first.block_on(async { db.authenticate().await.unwrap() });
}

/// Polls on this thread.
fn poll<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(thread::current())).into();
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(done) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return done;
        }
        thread::park();
    }
}
