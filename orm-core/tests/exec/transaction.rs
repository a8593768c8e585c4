//! Transactions: what is kept, what is undone, and who hears of it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor, InTransaction, Isolation, Params, Tx, TxOptions};
use orm_core::types::Param;
use orm_core::{Error, Result};

use crate::support::{database, number, pid, recorded, rows_in, run};

const INSERT: &str = "INSERT INTO t VALUES (1)";

async fn with_table(max: usize) -> Db {
    let db = database(max).await;
    run(
        &db,
        "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY IMMEDIATE)",
    )
    .await
    .unwrap();
    db
}

#[tokio::test]
async fn ok_commits_and_returns_the_value() {
    let db = with_table(1).await;
    let written = db
        .transaction(async |tx| run(tx, INSERT).await)
        .await
        .unwrap();
    assert_eq!((written, rows_in(&db, "t").await), (1, 1));
}

#[tokio::test]
async fn err_rolls_back_and_returns_the_error() {
    let db = with_table(1).await;
    let answer: Result<()> = db
        .transaction(async |tx| {
            run(tx, INSERT).await?;
            Err(Error::not_found("User", 7))
        })
        .await;
    assert!(answer.unwrap_err().is_not_found());
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[derive(Debug)]
enum CheckoutError {
    SoldOut,
    Database(Error),
}

impl From<Error> for CheckoutError {
    fn from(error: Error) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for CheckoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SoldOut => f.write_str("sold out"),
            Self::Database(error) => error.fmt(f),
        }
    }
}

#[tokio::test]
async fn the_programs_own_errors_pass_through() {
    let db = with_table(1).await;
    let answer = db
        .try_transaction(async |tx| {
            run(tx, INSERT).await?;
            Err::<(), _>(CheckoutError::SoldOut)
        })
        .await;
    assert!(matches!(answer, Err(CheckoutError::SoldOut)));
    let answer = db
        .try_transaction(async |tx| Ok::<_, CheckoutError>(run(tx, "SELECT 1/0").await?))
        .await;
    let Err(CheckoutError::Database(error)) = answer else {
        panic!("the database's error");
    };
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

#[tokio::test]
async fn guards_commit_and_roll_back() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    run(&tx, INSERT).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 0);

    let tx = db.begin().await.unwrap();
    run(&tx, INSERT).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 1);
}

#[tokio::test]
async fn other_connections_see_nothing_before_commit() {
    let db = with_table(2).await;
    let tx = db.begin().await.unwrap();
    run(&tx, INSERT).await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 0);
    tx.commit().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 1);
}

// The server answers COMMIT with ROLLBACK, and many libraries with success.
#[tokio::test]
async fn committing_a_failed_transaction_is_an_error() {
    let db = with_table(1).await;
    let mut told = false;
    let answer = db
        .transaction(async |tx| {
            run(tx, INSERT).await?;
            told = run(tx, INSERT).await.unwrap_err().is_unique_violation();
            Ok::<_, Error>(())
        })
        .await;
    assert!(told);
    let error = answer.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn statements_after_a_failure_say_what_to_do() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "SELECT 1/0").await.unwrap_err();
    let error = run(&tx, "SELECT 1").await.unwrap_err();
    assert!(error.is_transaction_aborted());
    assert!(error.to_string().contains("tx.transaction("), "{error}");
}

// The failure of a statement nobody waited for is a failure nevertheless.
#[tokio::test]
async fn a_failure_nobody_saw_still_prevents_the_commit() {
    let db = with_table(1).await;
    let tx = db.begin().await.unwrap();
    run(&tx, INSERT).await.unwrap();
    // Prepared beforehand, so that the first poll sends it.
    run(&tx, "SELECT 1/$1::int4").await.unwrap_err();
    tx.rollback().await.unwrap();

    let tx = db.begin().await.unwrap();
    run(&tx, INSERT).await.unwrap();
    {
        let values = [Param::from(0)];
        let work = tx
            .executor()
            .execute("SELECT 1/$1::int4", Params::from(&values));
        let mut doomed = Box::pin(work);
        std::future::poll_fn(|cx| {
            assert!(doomed.as_mut().poll(cx).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    assert_eq!(rows_in(&db, "t").await, 0);
}

#[tokio::test]
async fn a_deferred_constraint_fails_the_commit_and_frees_the_connection() {
    let (db, record) = recorded(1).await;
    run(
        &db,
        "CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
    )
    .await
    .unwrap();
    let before = pid(&db).await;
    record.take();
    let answer = db
        .transaction(async |tx| {
            run(tx, INSERT).await?;
            run(tx, INSERT).await
        })
        .await;
    assert!(answer.unwrap_err().is_unique_violation());
    assert_eq!(record.take(), ["BEGIN", INSERT, INSERT, "COMMIT"]);
    assert_eq!(pid(&db).await, before);
}

#[tokio::test]
async fn options_are_part_of_the_one_statement_that_opens_it() {
    let (db, record) = recorded(1).await;
    let options = TxOptions::new()
        .isolation(Isolation::RepeatableRead)
        .read_only();
    let answer = db
        .transaction_with(options, async |tx| run(tx, "CREATE TABLE t (id int)").await)
        .await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::ReadOnly);
    assert_eq!(
        record.take()[0],
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
    );
}

#[tokio::test]
async fn after_commit_runs_after_commit_only() {
    let db = with_table(1).await;
    let calls = Arc::new(AtomicUsize::new(0));
    let count = |tx: &Tx| {
        let calls = Arc::clone(&calls);
        tx.after_commit(move || {
            calls.fetch_add(1, Ordering::Relaxed);
        });
    };
    let tx = db.begin().await.unwrap();
    count(&tx);
    tx.rollback().await.unwrap();
    let tx = db.begin().await.unwrap();
    count(&tx);
    drop(tx);
    assert_eq!(calls.load(Ordering::Relaxed), 0);

    let tx = db.begin().await.unwrap();
    count(&tx);
    count(&tx);
    tx.commit().await.unwrap();
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_callback_finds_the_connection_back_in_the_pool() {
    let db = with_table(1).await;
    let pool = db.clone();
    let tx = db.begin().await.unwrap();
    tx.after_commit(move || assert_eq!(pool.pool_status().in_use, 0));
    tx.commit().await.unwrap();
}

// The futures must be `Send` whatever the closure borrows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_can_be_spawned_and_capture_references() {
    let db = with_table(2).await;
    let task = tokio::spawn({
        let db = db.clone();
        async move {
            let text = String::from(INSERT);
            let borrowed: &str = &text;
            let mut written = 0;
            let counter = &mut written;
            db.transaction(async |tx| {
                *counter += tx.executor().execute(borrowed, Params::none()).await?;
                tx.transaction(async |tx| run(tx, "SELECT 1").await).await?;
                Ok::<_, Error>(())
            })
            .await?;
            Ok::<_, Error>(written)
        }
    });
    assert_eq!(task.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn a_transaction_calls_functions_generic_over_the_executor() {
    async fn count(on: impl Executor) -> Result<i64> {
        number(&on, "SELECT count(*) FROM t").await
    }
    async fn lock(tx: &impl InTransaction) -> Result<u64> {
        run(tx, "SELECT * FROM t FOR UPDATE").await
    }
    let db = with_table(1).await;
    assert_eq!(count(&db).await.unwrap(), 0);
    db.transaction(async |tx| {
        run(tx, INSERT).await?;
        assert_eq!(lock(tx).await?, 1);
        assert_eq!(count(tx).await?, 1);
        Ok::<_, Error>(())
    })
    .await
    .unwrap();
}

// Else the statement would wait for rows that nobody reads, forever.
#[tokio::test]
async fn a_statement_amid_unread_rows_is_refused() {
    let db = database(1).await;
    let tx = db.begin().await.unwrap();
    let mut rows = tx
        .executor()
        .query("SELECT generate_series(1, 1000000)", Params::none())
        .await
        .unwrap();
    rows.next().await.unwrap();
    let error = run(&tx, "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    drop(rows);
    run(&tx, "SELECT 1").await.unwrap();
    tx.commit().await.unwrap();
}
