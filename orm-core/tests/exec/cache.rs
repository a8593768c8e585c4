//! Prepared statements: made once per connection, renewed when outdated.

use std::net::SocketAddr;
use std::time::Duration;

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions, Retry, TxOptions};
use orm_core::types::Param;

use orm_testkit::LatencyProxy;

use crate::server;
use crate::support::{config, database, eventually, number, pid, recorded, rows_in, run};

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
    let error = failed.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PlanChanged);
    assert!(error.is_plan_changed() && error.is_retryable());
    db.transaction(async |tx| run(tx, "SELECT * FROM t").await)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_retried_transaction_does_not_notice() {
    let db = database(2).await;
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    // Both connections know several statements on it.
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    for tx in [&one, &two] {
        run(tx, "SELECT * FROM t").await.unwrap();
        run(tx, "SELECT *, 1 FROM t").await.unwrap();
    }
    one.commit().await.unwrap();
    two.commit().await.unwrap();
    run(&db, "ALTER TABLE t ADD COLUMN b int").await.unwrap();

    // One failure tells all statements of all connections.
    let retry = Retry::times(2).pauses(Duration::ZERO, Duration::ZERO);
    let seen = db.transaction_retry(TxOptions::new(), retry, async |tx| {
        run(tx, "INSERT INTO t VALUES (1)").await?;
        run(tx, "SELECT * FROM t").await
    });
    assert_eq!(seen.await.unwrap(), 1);
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    for tx in [&one, &two] {
        run(tx, "SELECT * FROM t").await.unwrap();
        run(tx, "SELECT *, 1 FROM t").await.unwrap();
    }
}

async fn insert(on: &impl Executor, label: &'static str) -> orm_core::Result<u64> {
    let params = [Param::from(label)];
    on.executor()
        .execute("INSERT INTO moods VALUES ($1)", Params::from(&params))
        .await
}

// What a migration does that removes a label.
#[tokio::test]
async fn an_enum_made_anew_is_noticed_and_nobody_else_notices() {
    let db = database(2).await;
    let exec = db.executor();
    exec.batch("CREATE TYPE mood AS ENUM ('good', 'bad'); CREATE TABLE moods (mood mood)")
        .await
        .unwrap();
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    insert(&one, "good").await.unwrap();
    insert(&two, "good").await.unwrap();
    one.commit().await.unwrap();
    two.commit().await.unwrap();
    exec.batch(
        "ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('good'); \
         DELETE FROM moods WHERE mood = 'bad'; \
         ALTER TABLE moods ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old",
    )
    .await
    .unwrap();

    for _ in 0..3 {
        assert_eq!(insert(&db, "good").await.unwrap(), 1);
    }
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    insert(&one, "good").await.unwrap();
    insert(&two, "good").await.unwrap();
    // What is wrong with a value is said of the value.
    let error = insert(&one, "bad").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
}

// It goes while the answer of the server that has prepared the statement is on its way.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_type_that_goes_before_a_new_statement_runs_is_noticed() {
    let watcher = database(1).await;
    let name = "SELECT current_database()::text";
    let name = watcher.executor().query_opt(name, Params::none()).await;
    let name: String = name.unwrap().unwrap().get(0).unwrap();
    let near = SocketAddr::from(([127, 0, 0, 1], server::shared().port()));
    let proxy = LatencyProxy::start(near, Duration::from_millis(200)).unwrap();
    let far = format!("postgres://postgres@{}/{name}", proxy.local_addr());
    let options = PoolOptions::new().max(1);
    let db = Db::connect(Config::from_url(&far).unwrap().pool(options))
        .await
        .unwrap();
    watcher
        .executor()
        .batch("CREATE TYPE mood AS ENUM ('good'); CREATE TABLE moods (mood mood)")
        .await
        .unwrap();
    // The driver asks for the type once.
    insert(&db, "good").await.unwrap();
    let text = "INSERT INTO moods VALUES ($1), ('good')";
    let writing = tokio::spawn(async move {
        let params = [Param::from("good")];
        let params = Params::from(&params);
        db.executor().execute(text, params).await
    });
    let prepared = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%), (''good'')' \
                    AND state = 'idle' AND datname = current_database()";
    eventually("it is prepared", async || {
        number(&watcher, prepared).await.unwrap() == 1
    })
    .await;
    watcher
        .executor()
        .batch(
            "ALTER TYPE mood RENAME TO old; CREATE TYPE mood AS ENUM ('good'); \
             ALTER TABLE moods ALTER mood TYPE mood USING mood::text::mood; DROP TYPE old",
        )
        .await
        .unwrap();
    assert_eq!(writing.await.unwrap().unwrap(), 2);
    assert_eq!(rows_in(&watcher, "moods").await, 3);
}

// What is always gone is the server's to say.
#[tokio::test]
async fn a_function_that_refers_to_nothing_is_not_blamed_on_a_change() {
    let db = database(1).await;
    db.executor()
        .batch(
            "CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS \
             $$ BEGIN RAISE EXCEPTION 'cache lookup failed for x' USING ERRCODE = 'XX000'; END $$",
        )
        .await
        .unwrap();
    let error = run(&db, "SELECT broken()").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Database, "{error}");
}

// Where something was written already, the transaction is what is run again.
#[tokio::test]
async fn an_enum_made_anew_is_retried_inside_a_transaction() {
    let db = database(1).await;
    let exec = db.executor();
    exec.batch("CREATE TYPE mood AS ENUM ('good'); CREATE TABLE moods (mood mood)")
        .await
        .unwrap();
    insert(&db, "good").await.unwrap();
    exec.batch("DROP TABLE moods; DROP TYPE mood; CREATE TYPE mood AS ENUM ('good'); CREATE TABLE moods (mood mood)")
        .await
        .unwrap();
    let retry = Retry::times(2).pauses(Duration::ZERO, Duration::ZERO);
    let written = db.transaction_retry(TxOptions::new(), retry, async |tx| {
        run(tx, "INSERT INTO moods VALUES ('good')").await?;
        insert(tx, "good").await
    });
    assert_eq!(written.await.unwrap(), 1);
    let rows = number(&db, "SELECT count(*) FROM moods").await.unwrap();
    assert_eq!(rows, 2);
}

// One schema per customer, chosen at the start of each transaction.
#[tokio::test]
async fn statements_are_told_apart_by_the_search_path() {
    let db = database(1).await;
    for schema in ["a", "b"] {
        let text = format!(
            "CREATE SCHEMA {schema}; CREATE TYPE {schema}.mood AS ENUM ('good'); \
             CREATE TABLE {schema}.moods (mood {schema}.mood)"
        );
        db.executor().batch(&text).await.unwrap();
    }
    let by_set = async |schema: &str| {
        let tx = db.begin().await.unwrap();
        let set = format!("SET LOCAL search_path = {schema}");
        run(&tx, &set).await.unwrap();
        insert(&tx, "good").await.unwrap();
        let kept = number(&tx, KEPT).await.unwrap();
        tx.commit().await.unwrap();
        kept
    };
    let by_function = async |schema: &str| {
        let tx = db.begin().await.unwrap();
        let text = "SELECT set_config('search_path', $1, true)";
        let params = [Param::from(schema)];
        let set = tx.executor().execute(text, Params::from(&params));
        set.await.unwrap();
        insert(&tx, "good").await.unwrap();
        // Undone with the savepoint.
        let savepoint = tx.begin().await.unwrap();
        let other = if schema == "a" { "b" } else { "a" };
        let set = format!("SET LOCAL search_path = {other}");
        run(&savepoint, &set).await.unwrap();
        insert(&savepoint, "good").await.unwrap();
        savepoint.rollback().await.unwrap();
        insert(&tx, "good").await.unwrap();
        tx.commit().await.unwrap();
    };
    for schema in ["a", "b", "a", "b"] {
        by_set(schema).await;
        by_function(schema).await;
    }
    // Each path has statements of its own, which are kept.
    let before = by_set("a").await;
    assert_eq!(by_set("a").await, before);
    let in_schema = async |schema: &str| {
        let text = format!("SELECT count(*) FROM {schema}.moods");
        number(&db, &text).await.unwrap()
    };
    assert_eq!((in_schema("a").await, in_schema("b").await), (8, 6));
}

/// How many statements the connection keeps.
const KEPT: &str = "SELECT count(*) FROM pg_prepared_statements";

#[tokio::test]
async fn the_statements_of_a_connection_are_so_many_at_most() {
    let options = PoolOptions::new().max(1).statements(3);
    let db = Db::connect(config(1).await.pool(options)).await.unwrap();
    run(&db, "SELECT $$steady$$").await.unwrap();
    for n in 0..20 {
        let text = format!("SELECT {n}::int8");
        assert_eq!(number(&db, &text).await.unwrap(), n);
        // In steady use, so it stays.
        run(&db, "SELECT $$steady$$").await.unwrap();
        let kept = number(&db, KEPT).await.unwrap();
        assert!(kept <= 3, "{kept}");
    }
    let text = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'SELECT $$%' \
                AND prepare_time = (SELECT min(prepare_time) FROM pg_prepared_statements)";
    assert_eq!(number(&db, text).await.unwrap(), 1);
}

// Values are written for the types that the parameters had when the statement was
// prepared; a migration elsewhere may have widened the column since.
#[tokio::test]
async fn a_value_is_judged_by_the_type_that_the_column_has_now() {
    let db = database(1).await;
    run(&db, "CREATE TABLE t (a smallint)").await.unwrap();
    let insert = async |value: Param| {
        let values = [value];
        let sent = db.executor();
        sent.execute("INSERT INTO t VALUES ($1)", Params::from(&values))
            .await
    };
    insert(Param::from(1)).await.unwrap();
    let error = insert(Param::from(70_000)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    run(&db, "ALTER TABLE t ALTER a TYPE integer")
        .await
        .unwrap();
    insert(Param::from(70_000)).await.unwrap();
    run(&db, "ALTER TABLE t ALTER a TYPE text").await.unwrap();
    insert(Param::from("seven")).await.unwrap();
    assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 3);
}

// Poolers between us and the server forget statements.
#[tokio::test]
async fn a_forgotten_statement_is_prepared_again() {
    let db = database(1).await;
    db.executor()
        .batch(
            "CREATE FUNCTION forget() RETURNS void LANGUAGE plpgsql \
             AS $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$",
        )
        .await
        .unwrap();
    run(&db, "SELECT 7").await.unwrap();
    let before = pid(&db).await;
    db.executor().batch("SELECT forget()").await.unwrap();
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
