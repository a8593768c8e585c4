//! Running a transaction again when the server asks for it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm_core::exec::{Db, Isolation, Retry, TxOptions};
use orm_core::{Error, Result};
use tokio::sync::Barrier;

use crate::support::{database, number, run};

fn quick(attempts: u32) -> Retry {
    Retry::times(attempts).pauses(Duration::from_millis(1), Duration::from_millis(5))
}

const SERIALIZABLE: Isolation = Isolation::Serializable;

async fn accounts() -> Db {
    let db = database(4).await;
    run(
        &db,
        "CREATE TABLE accounts (id int PRIMARY KEY, cents int8 NOT NULL)",
    )
    .await
    .unwrap();
    run(&db, "INSERT INTO accounts VALUES (1, 100), (2, 100)")
        .await
        .unwrap();
    db
}

/// Reads both accounts and takes from one, which two at a time cannot.
async fn withdraw(db: &Db, id: i32, meet: &Barrier, attempts: &AtomicU32) -> Result<()> {
    let options = TxOptions::new().isolation(SERIALIZABLE);
    db.transaction_retry(options, quick(5), async |tx| {
        let total = number(tx, "SELECT sum(cents)::int8 FROM accounts").await?;
        if attempts.fetch_add(1, Ordering::Relaxed) < 2 {
            meet.wait().await;
        }
        if total >= 200 {
            run(
                tx,
                &format!("UPDATE accounts SET cents = cents - 150 WHERE id = {id}"),
            )
            .await?;
        }
        Ok::<_, Error>(())
    })
    .await
}

#[tokio::test]
async fn a_real_serialization_failure_is_tried_again() {
    let db = accounts().await;
    let (meet, attempts) = (Barrier::new(2), AtomicU32::new(0));
    let (a, b) = tokio::join!(
        withdraw(&db, 1, &meet, &attempts),
        withdraw(&db, 2, &meet, &attempts),
    );
    a.unwrap();
    b.unwrap();
    let attempts = attempts.into_inner();
    assert!(attempts >= 3, "one of the two ran again: {attempts}");
    let left = number(&db, "SELECT sum(cents)::int8 FROM accounts")
        .await
        .unwrap();
    assert_eq!(left, 50, "only one withdrawal took place");
}

#[tokio::test]
async fn a_real_deadlock_is_tried_again() {
    let db = accounts().await;
    let (meet, attempts) = (Barrier::new(2), AtomicU32::new(0));
    let swap = async |first: i32, second: i32| {
        db.transaction_retry(TxOptions::new(), quick(5), async |tx| {
            run(tx, "SET LOCAL deadlock_timeout = '20ms'").await?;
            run(
                tx,
                &format!("UPDATE accounts SET cents = 1 WHERE id = {first}"),
            )
            .await?;
            if attempts.fetch_add(1, Ordering::Relaxed) < 2 {
                meet.wait().await;
            }
            run(
                tx,
                &format!("UPDATE accounts SET cents = 2 WHERE id = {second}"),
            )
            .await
        })
        .await
    };
    let (a, b): (Result<u64>, Result<u64>) = tokio::join!(swap(1, 2), swap(2, 1));
    a.unwrap();
    b.unwrap();
    let attempts = attempts.into_inner();
    assert!(attempts >= 3, "one of the two ran again: {attempts}");
}

#[tokio::test]
async fn attempts_are_limited_and_the_last_error_is_returned() {
    let db = database(1).await;
    let attempts = AtomicU32::new(0);
    let answer: Result<u64> = db
        .transaction_retry(TxOptions::new(), quick(3), async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            run(tx, "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$").await
        })
        .await;
    assert!(answer.unwrap_err().is_serialization_failure());
    assert_eq!(attempts.into_inner(), 3);
}

#[tokio::test]
async fn other_errors_are_not_tried_again() {
    let db = database(1).await;
    let attempts = AtomicU32::new(0);
    let answer: Result<u64> = db
        .transaction_retry(TxOptions::new(), quick(3), async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            run(tx, "SELECT 1/0").await
        })
        .await;
    answer.unwrap_err();
    assert_eq!(attempts.into_inner(), 1);
}

// The closure's error type need not be ours: the transaction itself remembers.
#[tokio::test]
async fn errors_of_the_programs_own_type_are_tried_again_too() {
    #[derive(Debug)]
    struct Own;
    impl From<Error> for Own {
        fn from(_: Error) -> Self {
            Self
        }
    }
    let db = database(1).await;
    let attempts = AtomicU32::new(0);
    let answer: Result<u64, Own> = db
        .try_transaction_retry(TxOptions::new(), quick(2), async |tx| {
            attempts.fetch_add(1, Ordering::Relaxed);
            Ok(run(tx, "DO $$ BEGIN RAISE SQLSTATE '40P01'; END $$").await?)
        })
        .await;
    answer.unwrap_err();
    assert_eq!(attempts.into_inner(), 2);
}

// A type that is made anew between two messages of one statement: in a transaction
// nobody can send it again but whoever runs the whole.
#[tokio::test]
async fn what_met_a_type_that_was_gone_is_tried_again() {
    let db = database(1).await;
    let attempts = AtomicU32::new(0);
    let lookup = "DO $$ BEGIN RAISE SQLSTATE 'XX000' USING MESSAGE = \
                  'cache lookup failed for type 16430'; END $$";
    let answer: Result<u64> = db
        .transaction_retry(TxOptions::new(), quick(2), async |tx| {
            match attempts.fetch_add(1, Ordering::Relaxed) {
                0 => run(tx, lookup).await,
                _ => Ok(7),
            }
        })
        .await;
    assert_eq!(answer.unwrap(), 7);
}

#[tokio::test]
async fn a_retry_can_be_spawned() {
    let db = database(1).await;
    let task = tokio::spawn(async move {
        let text = String::from("SELECT 1");
        db.transaction_retry(TxOptions::new(), quick(2), async |tx| run(tx, &text).await)
            .await
    });
    assert_eq!(task.await.unwrap().unwrap(), 1);
}
