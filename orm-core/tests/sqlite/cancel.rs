//! Statements that nobody waits for any more.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm_core::exec::{Db, Executor, Params, PoolOptions};

use crate::support::{ENDLESS, Folder, count, run, value, within};

#[tokio::test]
async fn a_statement_whose_future_is_dropped_is_interrupted() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(2)).await;
    for _ in 0..5 {
        for text in [ENDLESS.to_owned(), format!("INSERT INTO t {ENDLESS}")] {
            let asking = db.executor().execute(&text, Params::none());
            assert!(
                tokio::time::timeout(Duration::from_millis(15), asking)
                    .await
                    .is_err()
            );
            let reading = db.executor().reading().query_opt(&text, Params::none());
            let _ = tokio::time::timeout(Duration::from_millis(15), reading).await;
        }
        let asked = Instant::now();
        assert_eq!(count(&db).await, 0);
        run(&db, "DELETE FROM t").await.unwrap();
        assert!(asked.elapsed() < Duration::from_secs(10));
    }
    let status = db.pool_status();
    assert!(status.size <= 2 && status.in_use == 0, "{status:?}");
}

// A late interrupt must not hit the statement behind it.
#[tokio::test]
async fn who_comes_next_is_never_interrupted() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    for n in 0..300_i64 {
        let exec = db.executor();
        let text = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000) \
                    SELECT count(*) FROM c";
        let asking = exec.execute(text, Params::none());
        let wait = Duration::from_micros(u64::try_from(n).unwrap() * 3);
        let _ = tokio::time::timeout(wait, asking).await;
        let next = format!("SELECT {n}");
        assert_eq!(value::<i64>(&db, &next).await.unwrap(), n);
    }
}

#[tokio::test]
async fn a_deadline_ends_a_statement_and_says_so() {
    let folder = Folder::new();
    let config = folder
        .config()
        .statement_deadline(Duration::from_millis(500));
    let db = Db::connect(config).await.unwrap();
    let error = within(run(&db, ENDLESS)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    assert_eq!(value::<i64>(&db, "SELECT 7").await.unwrap(), 7);

    // It may have ended just then.
    let endless = format!("CREATE TABLE new AS {ENDLESS}");
    let error = within(run(&db, &endless)).await.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error}");
    let error = within(db.executor().batch(&endless)).await.unwrap_err();
    assert!(error.may_have_taken_effect(), "{error}");
    let error = within(value::<i64>(&db, ENDLESS)).await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
    // Nothing was sent while somebody else had the connection.
    let tx = db.begin().await.unwrap();
    let error = within(run(&tx, &endless)).await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
    for error in [
        within(run(&db, "DELETE FROM t")).await.unwrap_err(),
        within(db.executor().batch("DELETE FROM t"))
            .await
            .unwrap_err(),
    ] {
        assert!(error.is_acquire_timeout(), "{error}");
        assert!(!error.may_have_taken_effect(), "{error}");
    }
    drop(tx);
    let config = folder
        .config()
        .statement_timeout(Duration::from_millis(500));
    let db = Db::connect(config).await.unwrap();
    let error = within(run(&db, ENDLESS)).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
}

// Who watches the log for what fails must see it, not only its caller.
#[tokio::test]
async fn a_statement_that_its_deadline_ends_is_logged_with_the_error() {
    let folder = Folder::new();
    let logged = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&logged);
    let config = folder
        .config()
        .statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config).await.unwrap().with_logger(move |it| {
        let error = it.error().map(|it| (it.kind(), it.may_have_taken_effect()));
        sink.lock().unwrap().push((it.rows(), error));
    });
    let endless = format!("CREATE TABLE new AS {ENDLESS}");
    let errors = [
        within(run(&db, &endless)).await.unwrap_err(),
        within(db.executor().batch(&endless)).await.unwrap_err(),
        within(value::<i64>(&db, ENDLESS)).await.unwrap_err(),
    ];
    let expected = errors.map(|it| (None, Some((it.kind(), it.may_have_taken_effect()))));
    assert_eq!(*logged.lock().unwrap(), expected);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_anywhere_leaves_nothing() {
    let folder = Folder::new();
    let db = folder.db().await;
    for micros in 0..150 {
        let work = db.transaction(async |tx| -> orm_core::Result<()> {
            for n in 0..20 {
                run(tx, &format!("INSERT INTO t VALUES ({n})")).await?;
            }
            Ok(())
        });
        let _ = tokio::time::timeout(Duration::from_micros(micros * 20), work).await;
        assert_eq!(count(&db).await % 20, 0);
    }
    within(db.close()).await;
}
