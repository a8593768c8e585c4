//! Transactions and savepoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use orm_core::Result;
use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor, Isolation, Params, PoolOptions, Retry, TxOptions};

use crate::support::{ENDLESS, Folder, count, run, value, within};

#[tokio::test]
async fn what_is_committed_stays_and_what_is_not_is_gone() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(count(&tx).await, 1);
    // A reader sees what was committed before.
    assert_eq!(count(&db).await, 0);
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (2)").await.unwrap();
    tx.rollback().await.unwrap();
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (3)").await.unwrap();
    drop(tx);
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn savepoints_are_undone_alone() {
    let folder = Folder::new();
    let db = folder.db().await;
    let told = Arc::new(AtomicUsize::new(0));
    db.transaction(async |tx| -> Result<()> {
        run(tx, "INSERT INTO t VALUES (1)").await?;
        let failed = tx
            .transaction(async |tx| -> Result<()> {
                run(tx, "INSERT INTO t VALUES (2)").await?;
                let told = Arc::clone(&told);
                tx.after_commit(move || {
                    let _ = told.fetch_add(100, Ordering::Relaxed);
                });
                run(tx, "INSERT INTO missing VALUES (2)").await?;
                Ok(())
            })
            .await;
        assert_eq!(failed.unwrap_err().kind(), ErrorKind::UndefinedTable);
        let savepoint = tx.begin().await?;
        run(&savepoint, "INSERT INTO t VALUES (3)").await?;
        drop(savepoint);
        let savepoint = tx.begin().await?;
        run(&savepoint, "INSERT INTO t VALUES (4)").await?;
        let counted = Arc::clone(&told);
        savepoint.after_commit(move || {
            let _ = counted.fetch_add(1, Ordering::Relaxed);
        });
        savepoint.commit().await
    })
    .await
    .unwrap();
    assert_eq!(value::<i64>(&db, "SELECT sum(n) FROM t").await.unwrap(), 5);
    assert_eq!(told.load(Ordering::Relaxed), 1);
}

// As on PostgreSQL: half of what was meant must not be committed by mistake.
#[tokio::test]
async fn nothing_follows_a_statement_that_failed() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    run(&tx, "INSERT INTO missing VALUES (1)")
        .await
        .unwrap_err();
    let error = run(&tx, "INSERT INTO t VALUES (2)").await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn writers_wait_for_each_other_in_order() {
    let folder = Folder::new();
    let db = folder.db().await;
    let work = (0..40_i64).map(|n| {
        let db = db.clone();
        tokio::spawn(async move {
            db.transaction(async |tx| -> Result<()> {
                let last: i64 = value(tx, "SELECT count(*) FROM t").await?;
                run(tx, &format!("INSERT INTO t VALUES ({last} + {n} * 0)")).await?;
                Ok(())
            })
            .await
        })
    });
    for task in work.collect::<Vec<_>>() {
        within(task).await.unwrap().unwrap();
    }
    let distinct = "SELECT count(DISTINCT n) FROM t";
    assert_eq!(value::<i64>(&db, distinct).await.unwrap(), 40);
}

#[tokio::test]
async fn who_waits_too_long_for_the_writer_is_told() {
    let folder = Folder::new();
    let options = PoolOptions::new().acquire(Duration::from_millis(50));
    let db = folder.db_with(options).await;
    let tx = db.begin().await.unwrap();
    let error = run(&db, "INSERT INTO t VALUES (1)").await.unwrap_err();
    assert!(error.is_acquire_timeout(), "{error}");
    // Reading needs no turn.
    assert_eq!(count(&db).await, 0);
    tx.rollback().await.unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
}

#[tokio::test]
async fn another_program_s_lock_is_waited_for_and_told() {
    let folder = Folder::new();
    let db = folder
        .db_with(PoolOptions::new().acquire(Duration::from_millis(80)))
        .await;
    let other = folder.db().await;
    let tx = other.begin().await.unwrap();
    let error = within(run(&db, "INSERT INTO t VALUES (1)"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockNotAvailable, "{error}");
    let error = within(db.begin()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LockNotAvailable, "{error}");
    let waiting = async {
        tokio::time::sleep(Duration::from_millis(10)).await;
        tx.commit().await
    };
    let (written, committed) = tokio::join!(run(&db, "INSERT INTO t VALUES (1)"), waiting);
    committed.unwrap();
    written.unwrap();
    assert_eq!(count(&other).await, 1);
}

#[tokio::test]
async fn a_transaction_that_reads_sees_one_state_and_writes_nothing() {
    let folder = Folder::new();
    for db in [
        folder.db().await,
        folder.db_with(PoolOptions::new().max(1)).await,
    ] {
        let before = count(&db).await;
        let tx = db.begin_with(TxOptions::new().read_only()).await.unwrap();
        assert_eq!(count(&tx).await, before);
        let error = run(&tx, "INSERT INTO t VALUES (1)").await.unwrap_err();
        assert!(error.is_read_only(), "{error:?}");
        tx.rollback().await.unwrap();
        run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
        assert_eq!(count(&db).await, before + 1);
    }
}

#[tokio::test]
async fn a_reader_keeps_its_state_while_others_write() {
    let folder = Folder::new();
    let db = folder.db().await;
    let options = TxOptions::new()
        .isolation(Isolation::RepeatableRead)
        .read_only();
    let tx = db.begin_with(options).await.unwrap();
    assert_eq!(count(&tx).await, 0);
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(count(&tx).await, 0);
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
}

// A deferred foreign key is looked at by COMMIT, which SQLite refuses and leaves open.
#[tokio::test]
async fn a_commit_that_is_refused_leaves_nothing_behind() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tables = "CREATE TABLE p (id INTEGER PRIMARY KEY);
         CREATE TABLE c (p INTEGER REFERENCES p DEFERRABLE INITIALLY DEFERRED)";
    db.executor().batch(tables).await.unwrap();
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO c VALUES (1)").await.unwrap();
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    assert_eq!(
        value::<i64>(&db, "SELECT count(*) FROM c").await.unwrap(),
        0
    );
}

// An interrupted write takes the whole transaction with it: nothing may then be
// carried out by itself.
#[tokio::test]
async fn nothing_runs_by_itself_after_sqlite_rolled_a_transaction_back() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    let endless = format!("INSERT INTO t {ENDLESS}");
    let exec = tx.executor();
    let dropped = exec.execute(&endless, Params::none());
    let dropped = tokio::time::timeout(Duration::from_millis(30), dropped).await;
    assert!(dropped.is_err());
    let error = run(&tx, "INSERT INTO t VALUES (2)").await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn a_transaction_is_tried_again_where_that_may_help() {
    let folder = Folder::new();
    let db: Db = folder.db().await;
    let tries = AtomicUsize::new(0);
    let done: Result<()> = db
        .transaction_retry(TxOptions::new(), Retry::times(3), async |tx| {
            tries.fetch_add(1, Ordering::Relaxed);
            run(tx, "INSERT INTO t VALUES (1)").await?;
            run(tx, "INSERT INTO missing VALUES (1)").await?;
            Ok(())
        })
        .await;
    assert!(done.is_err());
    assert_eq!(tries.load(Ordering::Relaxed), 1, "a wrong name stays wrong");
}
