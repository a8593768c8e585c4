//! Statements, their values and their rows.

use orm_core::decode::Row;
use orm_core::error::ErrorKind;
use orm_core::exec::{Executor, Params};
use orm_core::types::Param;

use crate::support::{Folder, count, run, within};

#[tokio::test]
async fn values_are_bound_by_number_however_it_is_written() {
    let folder = Folder::new();
    let db = folder.db().await;
    let values = [Param::from(1), Param::from("two")];
    for text in ["SELECT ?1, ?2", "SELECT ?, ?", "SELECT $1, $2"] {
        let row = db.executor().query_opt(text, Params::from(&values)).await;
        let row = row.unwrap().unwrap();
        assert_eq!(row.get::<i32>(0).unwrap(), 1, "{text}");
        assert_eq!(row.get::<String>(1).unwrap(), "two", "{text}");
    }
    // `$2` is a name to SQLite: the first one that it meets.
    let row = db
        .executor()
        .query_opt("SELECT $2, $1, $2", Params::from(&values))
        .await;
    let row = row.unwrap().unwrap();
    assert_eq!(row.get::<String>(0).unwrap(), "two");
    assert_eq!(row.get::<i32>(1).unwrap(), 1);
}

#[tokio::test]
async fn too_few_and_too_many_values_are_refused() {
    let folder = Folder::new();
    let db = folder.db().await;
    let values = [Param::from(1)];
    for text in ["SELECT ?1, ?2", "SELECT 1", "SELECT $2"] {
        let error = db.executor().query_opt(text, Params::from(&values)).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode, "{text}: {error}");
    }
}

#[tokio::test]
async fn a_second_statement_in_one_text_is_refused_not_forgotten() {
    let folder = Folder::new();
    let db = folder.db().await;
    let error = run(&db, "SELECT 1; DELETE FROM t").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    run(&db, "SELECT 1; -- and no more").await.unwrap();
    // What is within a trigger is one statement, and behind it there is another.
    let trigger = "CREATE TRIGGER no BEFORE DELETE ON t BEGIN \
                   SELECT CASE WHEN old.n > 1 THEN RAISE(ABORT, 'no') END; SELECT 2; END";
    run(&db, trigger).await.unwrap();
    let error = run(&db, &format!("{trigger}; DELETE FROM t"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
}

#[tokio::test]
async fn the_number_of_rows_written_is_that_of_this_statement() {
    let folder = Folder::new();
    let db = folder.db().await;
    assert_eq!(
        run(&db, "INSERT INTO t VALUES (1), (2), (3)")
            .await
            .unwrap(),
        3
    );
    assert_eq!(run(&db, "CREATE TABLE u (n)").await.unwrap(), 0);
    assert_eq!(run(&db, "UPDATE t SET n = 0 WHERE n > 1").await.unwrap(), 2);
    assert_eq!(run(&db, "DELETE FROM t WHERE n = 9").await.unwrap(), 0);
    assert_eq!(run(&db, "DELETE FROM t RETURNING n").await.unwrap(), 3);
}

// Far more rows than are handed over at a time, and more than are read ahead.
#[tokio::test]
async fn rows_are_streamed_in_order_and_may_be_left_alone() {
    let folder = Folder::new();
    let db = folder.db().await;
    let fill = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 100000) \
                INSERT INTO t SELECT x FROM c";
    assert_eq!(run(&db, fill).await.unwrap(), 100_000);
    let exec = db.executor().reading();
    let mut rows = exec
        .query("SELECT n FROM t ORDER BY n", Params::none())
        .await
        .unwrap();
    let mut expected = 0;
    while let Some(row) = within(rows.next()).await.unwrap() {
        expected += 1;
        assert_eq!(row.get::<i64>(0).unwrap(), expected);
    }
    assert_eq!(expected, 100_000);
    for _ in 0..20 {
        let mut rows = exec.query("SELECT n FROM t", Params::none()).await.unwrap();
        within(rows.next()).await.unwrap();
        drop(rows);
    }
    assert_eq!(count(&db).await, 100_000);
}

#[tokio::test]
async fn errors_are_typed_and_name_what_they_are_about() {
    let folder = Folder::new();
    let db = folder.db().await;
    let tables = "CREATE TABLE u (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE,
                  b INTEGER CONSTRAINT u_b_check CHECK (b > 0)) STRICT";
    db.executor().batch(tables).await.unwrap();
    run(&db, "INSERT INTO u VALUES (1, 'x', 1)").await.unwrap();
    for (text, kind) in [
        ("SELECT * FROM missing", ErrorKind::UndefinedTable),
        ("SELECT missing FROM u", ErrorKind::UndefinedColumn),
        (
            "INSERT INTO u VALUES (2, 'x', 1)",
            ErrorKind::UniqueViolation,
        ),
        (
            "INSERT INTO u VALUES (1, 'y', 1)",
            ErrorKind::UniqueViolation,
        ),
        (
            "INSERT INTO u VALUES (2, NULL, 1)",
            ErrorKind::NotNullViolation,
        ),
        (
            "INSERT INTO u VALUES (2, 'y', 0)",
            ErrorKind::CheckViolation,
        ),
        (
            "INSERT INTO u VALUES (2, 'y', 'z')",
            ErrorKind::InvalidValue,
        ),
        (
            "SELECT sum(n) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 1)",
            ErrorKind::NumericOutOfRange,
        ),
        ("SELEKT 1", ErrorKind::Database),
    ] {
        let error = run(&db, text).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{text}: {error:?}");
        assert!(!error.took_effect(), "{text}");
    }
    assert_eq!(run(&db, "SELECT * FROM u").await.unwrap(), 1);
}

// A text stays compiled, and SQLite compiles it anew by itself when a table was altered.
#[tokio::test]
async fn columns_are_those_that_the_table_has_now() {
    let folder = Folder::new();
    let db = folder.db().await;
    let read = async || {
        let exec = db.executor().reading();
        let rows = exec.query_all("SELECT * FROM t", Params::none());
        let rows = within(rows).await.unwrap();
        let names = |row: &Row| {
            (0..row.len())
                .filter_map(|at| row.name(at).map(str::to_owned))
                .collect()
        };
        rows.iter().map(names).collect::<Vec<Vec<String>>>()
    };
    assert!(read().await.is_empty());
    run(&db, "INSERT INTO t VALUES (1), (2)").await.unwrap();
    assert_eq!(read().await, [["n"], ["n"]]);
    run(&db, "ALTER TABLE t RENAME COLUMN n TO number")
        .await
        .unwrap();
    assert_eq!(read().await, [["number"], ["number"]]);
    run(&db, "ALTER TABLE t ADD COLUMN note TEXT")
        .await
        .unwrap();
    assert_eq!(read().await, [["number", "note"], ["number", "note"]]);
    run(&db, "ALTER TABLE t DROP COLUMN number").await.unwrap();
    assert_eq!(read().await, [["note"], ["note"]]);
}
