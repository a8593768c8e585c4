//! Running statements: the different ways to take rows.

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Executor, Params};
use orm_core::types::Param;

use crate::support::{database, number, pid, recorded, run};

#[tokio::test]
async fn rows_come_one_by_one() {
    let db = database(1).await;
    let mut seen = Vec::new();
    let count = db
        .executor()
        .query_each(
            "SELECT generate_series(1, $1::int4)",
            Params::from(&[Param::from(3_i32)]),
            &mut |row| {
                seen.push(row.get::<i32>(0)?);
                Ok(())
            },
        )
        .await
        .unwrap();
    assert_eq!((count, seen), (3, vec![1, 2, 3]));
}

#[tokio::test]
async fn a_row_stream_ends_with_none_and_stays_there() {
    let db = database(1).await;
    let mut rows = db
        .executor()
        .query("SELECT generate_series(1, 2)", Params::none())
        .await
        .unwrap();
    assert!(rows.next().await.unwrap().is_some());
    assert!(rows.next().await.unwrap().is_some());
    assert!(rows.next().await.unwrap().is_none());
    assert!(rows.next().await.unwrap().is_none());
}

#[tokio::test]
async fn one_row_or_none() {
    let db = database(1).await;
    let exec = db.executor();
    let none = exec
        .query_opt("SELECT 1 WHERE false", Params::none())
        .await
        .unwrap();
    assert!(none.is_none());
    let first = exec
        .query_opt("SELECT generate_series(4, 9)", Params::none())
        .await
        .unwrap();
    assert_eq!(first.unwrap().get::<i32>(0).unwrap(), 4);
}

#[tokio::test]
async fn values_are_bound_from_a_list() {
    let db = database(1).await;
    let values = vec![Param::Int8(20), Param::Int8(22)];
    let rows = db
        .executor()
        .query_all("SELECT $1::int8 + $2::int8", Params::from(&values))
        .await
        .unwrap();
    assert_eq!(rows[0].get::<i64>(0).unwrap(), 42);
}

#[tokio::test]
async fn a_batch_stands_or_falls_together() {
    let db = database(1).await;
    let text = "CREATE TABLE a (id int); CREATE TABLE b (id nonsense)";
    db.executor().batch(text).await.unwrap_err();
    assert_eq!(
        number(&db, "SELECT count(*) FROM pg_tables WHERE tablename = 'a'")
            .await
            .unwrap(),
        0
    );
}

// An error of the reader must leave the connection usable, near the end of
// the rows (read on) and far from it (cancelled).
#[tokio::test]
async fn an_error_while_reading_costs_no_connection() {
    let db = database(1).await;
    let before = pid(&db).await;
    for text in ["SELECT 1", "SELECT generate_series(1, 1000000)"] {
        let error = db
            .executor()
            .query_each(text, Params::none(), &mut |_| Err(Error::usage("enough")))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert_eq!(pid(&db).await, before);
    }
}

#[tokio::test]
async fn transaction_control_is_left_to_transactions() {
    let (db, record) = recorded(1).await;
    for text in ["BEGIN", "commit", " /* x */ ROLLBACK", "SAVEPOINT a"] {
        let error = run(&db, text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
        let error = db.executor().batch(text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
    }
    assert!(record.take().is_empty());
}

// What one user of a connection sets, the next must not find.
#[tokio::test]
async fn changed_sessions_are_not_reused() {
    let db = database(1).await;
    let ours = "SELECT (current_setting('work_mem') = '9MB')::int::int8";
    run(&db, "SET work_mem = '9MB'").await.unwrap();
    assert_eq!(number(&db, ours).await.unwrap(), 0);

    let tx = db.begin().await.unwrap();
    run(&tx, "SET work_mem = '9MB'").await.unwrap();
    assert_eq!(number(&tx, ours).await.unwrap(), 1);
    tx.commit().await.unwrap();
    assert_eq!(number(&db, ours).await.unwrap(), 0);
}

// COPY switches the protocol to something the driver does not expect here.
#[tokio::test]
async fn a_copy_is_refused_without_harm_to_the_pool() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (id int)").await.unwrap();
    run(&db, "COPY t FROM STDIN").await.unwrap_err();
    assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 0);
}

#[tokio::test]
async fn statements_of_one_transaction_can_be_under_way_together() {
    let db = database(1).await;
    let sum = db
        .transaction(async |tx| {
            let (a, b, c) = tokio::join!(
                number(tx, "SELECT 1::int8"),
                number(tx, "SELECT 2::int8"),
                number(tx, "SELECT 4::int8"),
            );
            Ok::<_, Error>(a? + b? + c?)
        })
        .await
        .unwrap();
    assert_eq!(sum, 7);
}
