//! Connections that many tasks read through: no read may notice the others.

use std::collections::HashSet;
use std::future::poll_fn;
use std::task::Poll;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use orm_core::Result;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::Param;

use crate::server;
use crate::support::{
    Record, config, eventually, kill, number, pid, run, running, until_running, within,
};

/// A new database with a pool of five, `readers` of which are shared.
async fn sharing(readers: usize) -> Db {
    let options = PoolOptions::new().max(5).shared_reads(readers);
    Db::connect(config(5).await.pool(options)).await.unwrap()
}

/// A read that may be shared; its first column.
async fn read(db: &Db, text: &str) -> Result<i64> {
    let exec = db.executor().reading().sharing(true);
    let row = exec.query_opt(text, Params::none()).await?;
    row.expect("a row").get(0)
}

const PID: &str = "SELECT pg_backend_pid()::int8";

#[tokio::test]
async fn many_reads_at_once_go_through_one_connection() {
    let db = sharing(1).await;
    // A machine that stops for a while makes the reader look busy: then again.
    eventually("one connection answers 20 reads", async || {
        let pids = try_join_all((0..20).map(|_| read(&db, PID))).await.unwrap();
        pids.into_iter().collect::<HashSet<_>>().len() == 1
    })
    .await;
}

#[tokio::test]
async fn reads_are_spread_over_the_readers() {
    let db = sharing(3).await;
    eventually("three connections answer 30 reads", async || {
        let pids = try_join_all((0..30).map(|_| read(&db, PID))).await.unwrap();
        pids.into_iter().collect::<HashSet<_>>().len() == 3
    })
    .await;
    let status = db.pool_status();
    assert_eq!((status.in_use, status.shared), (3, 3));
}

// Each answer must reach the one who asked, with the values it gave.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_read_gets_its_own_answer() {
    let db = sharing(2).await;
    let ask = async |n: i64| {
        let values = vec![Param::Int8(n), Param::Text(format!("text {n}"))];
        let exec = db.executor().reading().sharing(true);
        let text = "SELECT $1::int8 * 2, $2::text FROM generate_series(1, 3)";
        let rows = exec.query_all(text, Params::from(&values)).await.unwrap();
        let found: Vec<(i64, String)> = rows
            .iter()
            .map(|row| (row.get(0).unwrap(), row.get(1).unwrap()))
            .collect();
        assert_eq!(found, vec![(n * 2, format!("text {n}")); 3]);
    };
    join_all((0..200).map(ask)).await;
}

#[tokio::test]
async fn writes_transactions_and_other_statements_have_connections_of_their_own() {
    let db = sharing(1).await;
    let reader = read(&db, PID).await.unwrap();
    assert_ne!(pid(&db).await, reader);
    let tx = db.begin().await.unwrap();
    let inside = tx.executor().reading().sharing(true);
    let row = inside.query_opt(PID, Params::none()).await.unwrap();
    assert_ne!(row.unwrap().get::<i64>(0).unwrap(), reader);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn without_the_option_nothing_is_shared() {
    let db = sharing(0).await;
    let pids = try_join_all((0..5).map(|_| read(&db, PID))).await.unwrap();
    assert!(pids.into_iter().collect::<HashSet<_>>().len() > 1);
    assert_eq!(db.pool_status().shared, 0);
}

#[tokio::test]
async fn the_error_of_one_read_is_no_other_s() {
    let db = sharing(1).await;
    let reads = (0..20).map(async |n| {
        let text = format!("SELECT (10 / {})::int8", n % 2);
        read(&db, &text).await
    });
    for (n, answer) in join_all(reads).await.into_iter().enumerate() {
        match n % 2 {
            0 => assert_eq!(answer.unwrap_err().sqlstate(), Some("22012")),
            _ => assert_eq!(answer.unwrap(), 10),
        }
    }
}

/// Polls a read until it was sent, then leaves it alone.
async fn sent_and_left<F: Future>(read: &mut std::pin::Pin<&mut F>, watcher: &Db, part: &str) {
    poll_fn(|context| {
        assert!(read.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    until_running(watcher, part).await;
}

// The rows of the read that nobody polls, 400 kB, are more than the driver buffers.
#[tokio::test]
async fn a_read_that_is_not_polled_holds_up_nobody() {
    let db = sharing(1).await;
    let reader = read(&db, PID).await.unwrap();
    eventually(
        "a read is answered behind one that is not polled",
        async || {
            let exec = db.executor().reading().sharing(true);
            let text = "SELECT repeat('x', 1000) FROM generate_series(1, 400)";
            let mut idle = std::pin::pin!(exec.query_all(text, Params::none()));
            poll_fn(|context| {
                assert!(idle.as_mut().poll(context).is_pending());
                Poll::Ready(())
            })
            .await;
            let answered_by = read(&db, PID).await.unwrap();
            assert_eq!(idle.await.unwrap().len(), 400);
            answered_by == reader
        },
    )
    .await;
}

/// Twenty times what a shared connection would take in.
const LARGE: &str = "SELECT repeat('x', 1000) FROM generate_series(1, 20000)";

/// How many rows a read has that may be shared.
async fn count(db: &Db, text: &str) -> Result<usize> {
    let exec = db.executor().reading().sharing(true);
    Ok(exec.query_all(text, Params::none()).await?.len())
}

// Its rows are not taken in, so the connection is full, and stays so.
#[tokio::test]
async fn a_large_answer_that_is_not_polled_holds_up_nobody() {
    let db = sharing(1).await;
    let reader = read(&db, PID).await.unwrap();
    let mut large = std::pin::pin!(count(&db, LARGE));
    poll_fn(|context| {
        assert!(large.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
    // The first may overtake it while it is being prepared.
    eventually("all is answered elsewhere", async || {
        let behind = try_join_all((0..20).map(|_| read(&db, PID)));
        !within(behind).await.unwrap().contains(&reader)
    })
    .await;
    assert_eq!(running(&db, "20000").await, 1);
    assert_eq!(within(large).await.unwrap(), 20_000);
    eventually("its connection is back", async || {
        let status = db.pool_status();
        status.shared == 1 && status.in_use == 1
    })
    .await;
}

#[tokio::test]
async fn a_large_answer_that_is_dropped_is_cancelled() {
    let db = sharing(1).await;
    for n in 0..5 {
        // What was large before is not shared again.
        let text = format!("{LARGE} OFFSET {n}");
        let mut large = Box::pin(count(&db, &text));
        poll_fn(|context| {
            assert!(large.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        let behind = within(try_join_all((0..5).map(|_| read(&db, PID)))).await;
        assert_eq!(behind.unwrap().len(), 5);
        drop(large);
        eventually("nothing goes on", async || {
            let status = db.pool_status();
            running(&db, "20000").await == 0 && status.in_use == status.shared
        })
        .await;
    }
}

// Each is sent again where it can be answered, and told to the log once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reads_behind_a_large_answer_get_their_own() {
    let record = Record::default();
    let options = PoolOptions::new().max(4).shared_reads(1);
    let config = config(4).await.pool(options).logger(record.hook());
    let db = Db::connect(config).await.unwrap();
    for round in 0..5 {
        let small = (0..60).map(async |n| {
            let text = format!("SELECT {n}::int8");
            assert_eq!(read(&db, &text).await.unwrap(), n);
        });
        let large = (0..6).map(async |n| {
            let rows = 501 + n * 700 + round;
            let text = format!("SELECT n FROM generate_series(1, {rows}) n");
            assert_eq!(count(&db, &text).await.unwrap(), rows);
        });
        within(async { tokio::join!(join_all(large), join_all(small)) }).await;
        assert_eq!(record.take().len(), 66);
    }
    eventually("the pool is whole", async || {
        let status = db.pool_status();
        status.in_use == status.shared
    })
    .await;
}

// Otherwise every run of it would take the connection from all others.
#[tokio::test]
async fn what_was_large_once_has_a_connection_of_its_own() {
    let db = sharing(1).await;
    let many = "SELECT 1::int8 FROM generate_series(1, 1000)";
    let wide = "SELECT repeat('x', 500000) FROM generate_series(1, 5)";
    assert_eq!(count(&db, many).await.unwrap(), 1000);
    assert_eq!(count(&db, wide).await.unwrap(), 5);
    let reader = read(&db, PID).await.unwrap();
    for _ in 0..3 {
        assert_eq!(count(&db, many).await.unwrap(), 1000);
        assert_eq!(count(&db, wide).await.unwrap(), 5);
        assert_eq!(read(&db, PID).await.unwrap(), reader);
    }
    // One row is no burden to anyone, however large.
    let one = "SELECT repeat('x', 3000000)";
    assert_eq!(count(&db, one).await.unwrap(), 1);
    assert_eq!(read(&db, PID).await.unwrap(), reader);
}

#[tokio::test]
async fn the_error_of_a_large_answer_is_said_and_its_connection_kept() {
    let db = sharing(1).await;
    let text = "SELECT 1 / (5000 - n) FROM generate_series(1, 9000) n";
    let error = within(count(&db, text)).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("22012"));
    let mut rows = 0;
    let text = "SELECT n FROM generate_series(1, 9001) n";
    let exec = db.executor().reading().sharing(true);
    let each = &mut |_| {
        rows += 1;
        match rows {
            700 => Err(orm_core::Error::usage("enough")),
            _ => Ok(()),
        }
    };
    let stopped = within(exec.query_each(text, Params::none(), each)).await;
    assert!(stopped.unwrap_err().to_string().contains("enough"));
    assert_eq!(read(&db, "SELECT 7::int8").await.unwrap(), 7);
    eventually("the pool is whole", async || {
        let status = db.pool_status();
        (status.in_use, status.shared) == (1, 1) && running(&db, "9001").await == 0
    })
    .await;
}

#[tokio::test]
async fn a_read_that_is_dropped_takes_nobody_with_it() {
    let db = sharing(1).await;
    for _ in 0..20 {
        let mut dropped = Box::pin(read(&db, "SELECT 1::int8 FROM pg_sleep(0.001)"));
        poll_fn(|context| {
            assert!(dropped.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(dropped);
        assert_eq!(read(&db, "SELECT 7::int8").await.unwrap(), 7);
    }
    assert_eq!(db.pool_status().shared, 1);
}

// Nobody would ever cancel it: its caller is gone.
#[tokio::test]
async fn an_answer_that_does_not_come_keeps_the_connection_from_nobody() {
    for deadline in [Some(Duration::from_millis(300)), None] {
        let options = PoolOptions::new().max(5).shared_reads(1);
        let mut config = config(5).await.pool(options);
        if let Some(deadline) = deadline {
            config = config.statement_deadline(deadline);
        }
        let db = Db::connect(config).await.unwrap();
        let slow = read(&db, "SELECT 1::int8 FROM pg_sleep(2000)");
        match deadline {
            Some(_) => assert!(within(slow).await.unwrap_err().is_timeout()),
            None => {
                let mut slow = Box::pin(slow);
                sent_and_left(&mut slow.as_mut(), &db, "pg_sleep(2000)").await;
            }
        }
        eventually("it is cancelled", async || {
            let status = db.pool_status();
            running(&db, "pg_sleep(2000)").await == 0 && status.in_use == status.shared
        })
        .await;
        assert_eq!(read(&db, "SELECT 7::int8").await.unwrap(), 7);
        assert_eq!(db.pool_status().shared, 1);
    }
}

// Otherwise one report would stop a whole program.
#[tokio::test]
async fn nobody_queues_behind_a_reader_that_does_not_answer() {
    let db = sharing(1).await;
    let slow = read(&db, "SELECT pg_backend_pid()::int8 FROM pg_sleep(1000)");
    let mut slow = std::pin::pin!(slow);
    sent_and_left(&mut slow, &db, "pg_sleep(1000)").await;
    eventually("the reader is taken for busy", async || {
        let quick = tokio::time::timeout(Duration::from_millis(500), read(&db, PID));
        quick.await.is_ok()
    })
    .await;
    let stop = "SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity \
                WHERE query LIKE '%pg_sleep(1000)%' AND pid <> pg_backend_pid() \
                AND datname = current_database()";
    assert_eq!(number(&db, stop).await.unwrap(), 1);
    assert_eq!(slow.await.unwrap_err().kind(), ErrorKind::QueryCancelled);
}

#[tokio::test]
async fn the_statement_timeout_counts_for_each_read_alone() {
    let options = PoolOptions::new().max(2).shared_reads(1);
    let config = config(2).await.pool(options);
    let limit = Duration::from_millis(300);
    let db = Db::connect(config.statement_timeout(limit)).await.unwrap();
    // Together they take longer than one may.
    let short = (0..8).map(|_| read(&db, "SELECT 1::int8 FROM pg_sleep(0.06)"));
    try_join_all(short).await.unwrap();
    let long = read(&db, "SELECT 1::int8 FROM pg_sleep(1000)").await;
    assert_eq!(long.unwrap_err().kind(), ErrorKind::QueryCancelled);
    assert_eq!(read(&db, "SELECT 1::int8").await.unwrap(), 1);
}

#[tokio::test]
async fn a_reader_that_died_is_replaced_and_its_reads_are_repeated() {
    let db = sharing(1).await;
    for _ in 0..3 {
        let dead = read(&db, PID).await.unwrap();
        kill(&db, dead).await;
        let pids = try_join_all((0..10).map(|_| read(&db, PID))).await.unwrap();
        assert!(!pids.contains(&dead));
    }
    assert_eq!(db.pool_status().shared, 1);
}

#[tokio::test]
async fn a_changed_table_is_noticed_and_nobody_else_notices() {
    let db = sharing(1).await;
    run(&db, "CREATE TABLE t (a int8)").await.unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(read(&db, "SELECT * FROM t").await.unwrap(), 1);
    run(&db, "ALTER TABLE t ADD COLUMN b int").await.unwrap();
    let reads = (0..10).map(|_| read(&db, "SELECT * FROM t"));
    assert_eq!(try_join_all(reads).await.unwrap(), vec![1; 10]);
}

#[tokio::test]
async fn an_old_reader_makes_way_for_a_new_one() {
    let options = PoolOptions::new()
        .max(2)
        .shared_reads(1)
        .max_lifetime(Duration::from_millis(1));
    let db = Db::connect(config(2).await.pool(options)).await.unwrap();
    let old = read(&db, PID).await.unwrap();
    eventually("another connection reads", async || {
        read(&db, PID).await.unwrap() != old
    })
    .await;
}

// With every other connection in a transaction, reads go on through the readers.
#[tokio::test]
async fn readers_answer_while_the_pool_is_exhausted() {
    let options = PoolOptions::new().max(2).shared_reads(1);
    let db = Db::connect(config(2).await.pool(options)).await.unwrap();
    let reader = read(&db, PID).await.unwrap();
    let tx = db.begin().await.unwrap();
    assert_eq!(read(&db, PID).await.unwrap(), reader);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn close_waits_for_the_reads_and_ends_the_readers() {
    let db = sharing(2).await;
    let under_way = read(&db, "SELECT 5::int8 FROM pg_sleep(0.1)");
    let close = async {
        until_running(&db, "pg_sleep(0.1)").await;
        db.close().await;
    };
    let (answer, ()) = tokio::join!(under_way, close);
    assert_eq!(answer.unwrap(), 5);
    let status = db.pool_status();
    assert_eq!((status.size, status.shared), (0, 0));
    let refused = read(&db, PID).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PoolClosed);
}

#[tokio::test]
async fn every_read_is_logged_once() {
    let record = Record::default();
    let options = PoolOptions::new().max(2).shared_reads(1);
    let config = config(2).await.pool(options).logger(record.hook());
    let db = Db::connect(config).await.unwrap();
    read(&db, "SELECT 1::int8").await.unwrap();
    read(&db, "SELECT 1::int8 / 0").await.unwrap_err();
    assert_eq!(record.take(), ["SELECT 1::int8", "SELECT 1::int8 / 0"]);
}

#[tokio::test]
async fn all_connections_cannot_be_shared() {
    let options = PoolOptions::new().max(2).shared_reads(2);
    let config = Config::from_url(&server::url().await)
        .unwrap()
        .pool(options);
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`shared_reads`"), "{error}");
}
