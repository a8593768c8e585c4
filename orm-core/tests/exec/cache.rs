//! Prepared statements: made once per connection, renewed when outdated.

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Executor, Params};

use crate::support::{database, number, pid, recorded, run};

/// How often the server was asked to prepare a text like this on this connection.
const PREPARED: &str =
    "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT * FROM t'";

#[tokio::test]
async fn a_statement_is_prepared_once_per_connection() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    for _ in 0..3 {
        run(&db, "SELECT * FROM t").await.unwrap();
    }
    assert_eq!(number(&db, PREPARED).await.unwrap(), 1);
}

#[tokio::test]
async fn a_text_used_once_is_not_kept() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    db.executor()
        .once()
        .execute("SELECT * FROM t", Params::none())
        .await
        .unwrap();
    assert_eq!(number(&db, PREPARED).await.unwrap(), 0);
}

// Deploying a migration must not break the servers that are running.
#[tokio::test]
async fn a_changed_table_is_noticed_and_nobody_else_notices() {
    let (db, record) = recorded(2).await;
    let exec = db.executor();
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    let query = "SELECT * FROM t";
    // Both connections of the pool have prepared it.
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    run(&one, query).await.unwrap();
    run(&two, query).await.unwrap();
    one.commit().await.unwrap();
    two.commit().await.unwrap();

    run(&db, "ALTER TABLE t ADD COLUMN b int NOT NULL DEFAULT 2")
        .await
        .unwrap();
    record.take();
    let row = exec
        .query_opt(query, Params::none())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.len(), 2);
    assert_eq!(record.take(), [query], "told once, as one statement");

    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    run(&one, query).await.unwrap();
    run(&two, query).await.unwrap();
}

#[tokio::test]
async fn inside_a_transaction_it_is_a_typed_error_once() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    run(&db, "SELECT * FROM t").await.unwrap();
    run(&db, "ALTER TABLE t ADD COLUMN b int").await.unwrap();

    let failed = db
        .transaction(async |tx| run(tx, "SELECT * FROM t").await)
        .await;
    assert_eq!(failed.unwrap_err().kind(), ErrorKind::PlanChanged);
    db.transaction(async |tx| run(tx, "SELECT * FROM t").await)
        .await
        .unwrap();
}

// Poolers between us and the server forget statements.
#[tokio::test]
async fn a_forgotten_statement_is_prepared_again() {
    let db = database(1).await;
    run(&db, "SELECT 7").await.unwrap();
    let before = pid(&db).await;
    db.executor()
        .batch("SELECT 1; DEALLOCATE ALL")
        .await
        .unwrap();
    run(&db, "SELECT 7").await.unwrap();
    assert_eq!(pid(&db).await, before, "on the same connection");
}

#[tokio::test]
async fn a_statement_that_cannot_be_prepared_fails_and_can_be_tried_again() {
    let db = database(1).await;
    let error: Error = run(&db, "SELECT * FROM t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    run(&db, "SELECT * FROM t").await.unwrap();
}
