//! What one user of a connection does to its session reaches no other.

use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor};

use crate::support::{database, number, pid, rows_in, run};

/// What a session may be full of.
const STATE: &str = "SELECT
    (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema())
    + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
    + (SELECT count(*) FROM pg_cursors WHERE name <> '')
    + (SELECT count(*) FROM pg_listening_channels())
    + (SELECT count(*) FROM pg_prepared_statements WHERE from_sql)
    + (current_setting('work_mem') = '77kB')::int
    + (coalesce(current_setting('app.user', true), '') = 'alice')::int
    + (coalesce(current_setting('local.tenant', true), '') = 'alice')::int
    + (coalesce(current_setting('transaction.tenant', true), '') = 'alice')::int
    + (coalesce(current_setting('constraints.tenant', true), '') = 'alice')::int
    + (current_user <> session_user)::int";

/// Statements after which someone else would be surprised.
const CHANGES: &[&str] = &[
    "SET work_mem = '77kB'",
    "set session work_mem = '77kB'",
    "/* a /* nested */ */ SET work_mem = '77kB'",
    "-- why\n\tSET work_mem = '77kB'",
    "SET \"work_mem\" = '77kB'",
    "SET ROLE pg_monitor",
    "SELECT set_config('app.user', 'alice', false)",
    "SELECT pg_catalog.set_config('app.user', 'alice', 1 = 2)",
    "WITH x AS (SELECT \"set_config\"('app.user', 'alice', false)) SELECT * FROM x",
    "CREATE TEMP TABLE users (id int)",
    "CREATE TEMPORARY VIEW users AS SELECT 1",
    "CREATE TABLE pg_temp.users (id int)",
    "SELECT 1 AS id INTO TEMP users",
    "CREATE TEMP SEQUENCE s",
    "SELECT pg_advisory_lock(7)",
    "SELECT pg_try_advisory_lock_shared(7)",
    "UNLISTEN *",
    "PREPARE p AS SELECT 1",
    "SELECT set_config('app.user', 'alice', NOT true)",
    "SELECT set_config('app.user', 'alice', 1 = 2 OR false IS true)",
    "UPDATE pg_settings SET setting = '77kB' WHERE name = 'work_mem'",
    "UPDATE ONLY pg_catalog.\"pg_settings\" AS s SET setting = '77kB' WHERE s.name = 'work_mem'",
    "SELECT query_to_xml('SELECT set_config(''app.user'', ''alice'', false)', true, true, '')",
    "SELECT * FROM ts_stat('SELECT to_tsvector(set_config(''app.user'', ''alice'', false))')",
    "SELECT 1 --\r; SET work_mem = '77kB'",
    "DO $$ BEGIN PERFORM set_config('app.user', 'alice', false); END $$",
    "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
    // Names of settings, not words of the grammar.
    "SET local.tenant = 'alice'",
    "SET /* a */ transaction . \"tenant\" TO 'alice'",
    "SET constraints.tenant = 'alice'",
    "SET LOCAL search_path = 'pg_temp'; CREATE TABLE users (id int)",
    "SELECT set_config('search_path', 'pg_temp', true); CREATE TABLE users (id int)",
];

async fn state(db: &Db) -> i64 {
    number(db, STATE).await.unwrap()
}

#[tokio::test]
async fn no_statement_changes_the_session_of_the_next_user() {
    let db = database(1).await;
    for text in CHANGES {
        // What cannot be prepared fails, and changes nothing.
        let _ = run(&db, text).await;
        assert_eq!(state(&db).await, 0, "run: {text}");
        db.executor().batch(text).await.unwrap();
        assert_eq!(state(&db).await, 0, "batch: {text}");
        let later = format!("SELECT 1; {text}; SELECT 2");
        db.executor().batch(&later).await.unwrap();
        assert_eq!(state(&db).await, 0, "{later}");
    }
}

#[tokio::test]
async fn no_transaction_changes_the_session_of_the_next_user() {
    let db = database(1).await;
    for text in CHANGES {
        let tx = db.begin().await.unwrap();
        tx.executor().batch(text).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(state(&db).await, 0, "committed: {text}");
        let tx = db.begin().await.unwrap();
        tx.executor().batch(text).await.unwrap();
        drop(tx);
        assert_eq!(state(&db).await, 0, "dropped: {text}");
    }
}

// A replaced session would have forgotten it, and nobody reads notifications.
#[tokio::test]
async fn a_listen_is_refused_before_it_is_sent() {
    let db = database(1).await;
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    for error in [
        run(&tx, "LISTEN news").await.unwrap_err(),
        tx.executor().batch("LISTEN news").await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    }
    // Nothing failed in the transaction.
    assert_eq!(number(&tx, "SELECT 1::int8").await.unwrap(), 1);
    tx.commit().await.unwrap();
    for error in [
        run(&db, "LISTEN news").await.unwrap_err(),
        db.executor()
            .batch("SELECT 1; LISTEN news")
            .await
            .unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        assert!(error.to_string().contains("`tokio_postgres`"), "{error}");
    }
    assert_eq!(pid(&db).await, before);
}

// The one that is read from must be the real one.
#[tokio::test]
async fn a_temporary_table_hides_no_table_from_others() {
    let db = database(1).await;
    let exec = db.executor();
    exec.batch("CREATE TABLE users (id int8); INSERT INTO users VALUES (1)")
        .await
        .unwrap();
    let read = "SELECT id FROM users";
    assert_eq!(number(&db, read).await.unwrap(), 1);
    let tx = db.begin().await.unwrap();
    run(&tx, "CREATE TEMP TABLE users (id int8)").await.unwrap();
    run(&tx, "INSERT INTO pg_temp.users VALUES (2)")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    assert_eq!(number(&db, read).await.unwrap(), 1);
}

// Ordinary work keeps its connection.
#[tokio::test]
async fn what_ends_with_the_transaction_costs_no_connection() {
    let db = database(1).await;
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    for text in [
        "SET LOCAL work_mem = '77kB'",
        "SELECT set_config('app.user', 'alice', true)",
        "SELECT pg_advisory_xact_lock(7)",
        "SELECT 'SET x', $$CREATE TEMP TABLE x$$ /* ; SET y = 1 */",
    ] {
        run(&tx, text).await.unwrap();
    }
    tx.commit().await.unwrap();
    assert_eq!(pid(&db).await, before);
    assert_eq!(state(&db).await, 0);
}

#[tokio::test]
async fn a_batch_cannot_end_the_transaction_it_is_in() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    for text in [
        "INSERT INTO t VALUES (2); COMMIT",
        "/* ; */ INSERT INTO t VALUES (2); -- ;\n END",
        "ROLLBACK; INSERT INTO t VALUES (2)",
        "PREPARE TRANSACTION 'x'",
        "SAVEPOINT x; INSERT INTO t VALUES (2)",
        // What looks like the body of a function, in which semicolons end nothing.
        "CREATE FUNCTION begin.atomic() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMIT",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET a.begin = atomic AS ''; COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END; COMMIT",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 case; END; END",
    ] {
        let failed = db
            .transaction(async |tx| {
                run(tx, "INSERT INTO t VALUES (1)").await?;
                tx.executor().batch(text).await
            })
            .await;
        let error = failed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
        assert!(error.to_string().contains("tx.commit()"), "{error}");
        let error = db.executor().batch(text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
    }
    assert_eq!(rows_in(&db, "t").await, 0);
}

// The server would wait for rows that nobody sends, or send some that nobody takes.
#[tokio::test]
async fn a_copy_that_is_run_as_a_statement_is_refused_and_costs_nothing() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    for text in [
        "COPY t FROM STDIN",
        "COPY (SELECT 1) TO STDOUT (FORMAT csv)",
    ] {
        for error in [
            run(&tx, text).await.unwrap_err(),
            tx.executor().batch(text).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
            assert!(error.to_string().contains("`copy_in`"), "{error}");
        }
    }
    tx.commit().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 1);
    assert_eq!(pid(&db).await, before);
}
