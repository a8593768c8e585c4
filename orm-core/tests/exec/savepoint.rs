//! Nested transactions: savepoints, kept or undone alone.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use orm_core::error::ErrorKind;
use orm_core::exec::Db;
use orm_core::{Error, Result};

use crate::support::{database, number, pid, rows_in, run, until_running};

async fn with_table(max: usize) -> Db {
    let db = database(max).await;
    run(&db, "CREATE TABLE t (id int UNIQUE)").await.unwrap();
    db
}

async fn ids(db: &Db) -> i64 {
    // A number whose digits are the ids.
    number(
        db,
        "SELECT coalesce(string_agg(id::text, '' ORDER BY id), '0')::int8 FROM t",
    )
    .await
    .unwrap()
}

#[tokio::test]
async fn a_nested_failure_undoes_the_nested_part_alone() {
    let db = with_table(1).await;
    db.transaction(async |tx| {
        run(tx, "INSERT INTO t VALUES (1)").await?;
        let nested = tx
            .transaction(async |tx| {
                run(tx, "INSERT INTO t VALUES (2)").await?;
                run(tx, "INSERT INTO t VALUES (1)").await
            })
            .await;
        assert!(nested.unwrap_err().is_unique_violation());
        run(tx, "INSERT INTO t VALUES (3)").await
    })
    .await
    .unwrap();
    assert_eq!(ids(&db).await, 13);
}

#[tokio::test]
async fn savepoints_nest_to_any_depth() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    let outer = tx.begin().await.unwrap();
    run(&outer, "INSERT INTO t VALUES (2)").await.unwrap();
    let inner = outer.begin().await.unwrap();
    run(&inner, "INSERT INTO t VALUES (3)").await.unwrap();
    inner.rollback().await.unwrap();
    let inner = outer.begin().await.unwrap();
    run(&inner, "INSERT INTO t VALUES (4)").await.unwrap();
    inner.commit().await.unwrap();
    outer.commit().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 124);
}

#[tokio::test]
async fn the_outer_rollback_undoes_what_was_kept_inside() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    tx.transaction(async |tx| run(tx, "INSERT INTO t VALUES (1)").await)
        .await
        .unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn keeping_a_failed_savepoint_is_an_error_and_the_outer_goes_on() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    let nested: Result<()> = tx
        .transaction(async |tx| {
            run(tx, "SELECT 1/0").await.unwrap_err();
            Ok(())
        })
        .await;
    assert!(nested.unwrap_err().is_transaction_aborted());
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 1);
}

#[tokio::test]
async fn a_dropped_guard_rolls_back_before_the_next_statement() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    let outer = tx.begin().await.unwrap();
    run(&outer, "INSERT INTO t VALUES (1)").await.unwrap();
    let inner = outer.begin().await.unwrap();
    run(&inner, "INSERT INTO t VALUES (2)").await.unwrap();
    drop(inner);
    drop(outer);
    run(&tx, "INSERT INTO t VALUES (3)").await.unwrap();
    drop(tx.begin().await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 3);
}

#[tokio::test]
async fn the_outer_is_refused_while_the_nested_is_open() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    let nested = tx.begin().await.unwrap();
    assert_eq!(
        run(&tx, "SELECT 1").await.unwrap_err().kind(),
        ErrorKind::Usage
    );
    assert_eq!(tx.begin().await.unwrap_err().kind(), ErrorKind::Usage);
    run(&nested, "INSERT INTO t VALUES (1)").await.unwrap();
    nested.commit().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 1);
}

// A timeout around a nested transaction leaves the outer one usable at once.
#[tokio::test]
async fn a_dropped_nested_future_is_stopped_and_undone() {
    let db = with_table(2).await;
    let tx = db.begin().await.unwrap();
    let before = pid(&tx).await;
    {
        let mut slow = pin!(tx.transaction(async |tx| {
            run(tx, "INSERT INTO t VALUES (1)").await?;
            run(tx, "SELECT pg_sleep(1000)").await
        }));
        let mut watch = pin!(until_running(&db, "pg_sleep(1000)"));
        poll_fn(|cx| {
            assert!(slow.as_mut().poll(cx).is_pending());
            watch.as_mut().poll(cx)
        })
        .await;
    }
    run(&tx, "INSERT INTO t VALUES (2)").await.unwrap();
    assert_eq!(pid(&tx).await, before);
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 2);
}

#[tokio::test]
async fn a_begin_whose_future_is_dropped_leaves_nothing_open() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    {
        let mut opening = pin!(tx.begin());
        poll_fn(|cx| {
            assert!(opening.as_mut().poll(cx).is_pending());
            Poll::Ready(())
        })
        .await;
    }
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&db).await, 1);
}

#[tokio::test]
async fn callbacks_of_an_undone_savepoint_are_dropped() {
    let db = with_table(1).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let add = |n: usize| {
        let calls = Arc::clone(&calls);
        move || {
            calls.fetch_add(n, Ordering::Relaxed);
        }
    };
    db.transaction(async |tx| {
        tx.after_commit(add(1));
        tx.transaction(async |tx| {
            tx.after_commit(add(10));
            Ok::<_, Error>(())
        })
        .await?;
        let undone: Result<()> = tx
            .transaction(async |tx| {
                tx.after_commit(add(100));
                tx.transaction(async |tx| {
                    tx.after_commit(add(1000));
                    Ok::<_, Error>(())
                })
                .await?;
                Err(Error::usage("no"))
            })
            .await;
        assert!(undone.is_err());
        let dropped = tx.begin().await?;
        dropped.after_commit(add(10000));
        drop(dropped);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 11);
}
