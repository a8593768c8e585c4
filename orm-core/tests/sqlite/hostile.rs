//! What a stranger may try: texts, paths, files of others.

use std::time::Duration;

use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::Param;

use crate::support::{ENDLESS, Folder, batch, count, run, value, within};

async fn refused(db: &Db, text: &str, values: &[Param], kind: ErrorKind, words: &str) {
    let exec = db.executor();
    let error = within(exec.query_opt(text, Params::from(values)))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), kind, "{text}: {error}");
    assert!(error.to_string().contains(words), "{text}: {error}");
}

// SQLite would take the name for a text, which no row has and which is not NULL.
#[tokio::test]
async fn a_name_that_nothing_has_is_an_error_and_no_text() {
    let folder = Folder::new();
    let db = folder.db().await;
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    for text in [
        "SELECT \"gone\" FROM t",
        "UPDATE t SET n = 2 WHERE \"gone\" IS NOT NULL",
        "DELETE FROM t WHERE \"gone\" <> ''",
    ] {
        refused(&db, text, &[], ErrorKind::UndefinedColumn, "gone").await;
    }
    for text in [
        "CREATE TABLE u (n INTEGER CHECK (\"m\" > 0))",
        "CREATE INDEX t_gone ON t (n) WHERE \"gone\" = 1",
    ] {
        db.executor().batch(text).await.unwrap_err();
    }
    assert_eq!(value::<i64>(&db, "SELECT sum(n) FROM t").await.unwrap(), 1);
}

#[tokio::test]
async fn what_sqlite_would_read_otherwise_is_refused() {
    let folder = Folder::new();
    let db = folder.db().await;
    let usage = ErrorKind::Usage;
    let one = [Param::from(1)];
    refused(&db, "SELECT $1::text", &one, usage, "CAST($1 AS type)").await;
    let list = [Param::array(vec![1, 2])];
    refused(&db, "SELECT ?1", &list, usage, "rarray").await;
    refused(&db, "SELECT n FROM t WHERE n = ?", &list, usage, "rarray").await;
    // Behind it nothing would be read: neither a condition nor a statement.
    refused(&db, "SELECT 1 \0 WHERE FALSE", &[], usage, "NUL").await;
    let error = db.executor().batch("SELECT 1;\0 SELEKT").await.unwrap_err();
    assert_eq!(error.kind(), usage);
    let text = "SELECT count(*) FROM t WHERE n IN (SELECT value FROM rarray(?1))";
    let row = db.executor().query_opt(text, Params::from(&list)).await;
    assert_eq!(row.unwrap().unwrap().get::<i64>(0).unwrap(), 0);
}

#[tokio::test]
async fn more_than_sqlite_was_built_for_is_a_typed_error() {
    let folder = Folder::new();
    let db = folder.db().await;
    let usage = ErrorKind::Usage;
    let chain = format!("SELECT 1{}", " OR 1".repeat(2_000));
    refused(&db, &chain, &[], usage, "levels").await;
    let nested = format!("SELECT {}1{}", "abs(".repeat(2_000), ")".repeat(2_000));
    refused(&db, &nested, &[], usage, "levels").await;
    let union = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(600));
    refused(&db, &union, &[], usage, "500").await;
    let many = vec![Param::from(1); 300_000];
    let marks = format!("SELECT 1 WHERE 1 IN ({}?)", "?,".repeat(many.len() - 1));
    refused(&db, &marks, &many, usage, "32766").await;
    let join = format!("SELECT 1 FROM t{}", " NATURAL JOIN t".repeat(70));
    refused(&db, &join, &[], usage, "64").await;
    assert_eq!(count(&db).await, 0);
}

// Its text is compiled already, and compiled anew when it takes its first step.
#[tokio::test]
async fn columns_are_called_what_they_are_called_now() {
    let folder = Folder::new();
    let (db, other) = (folder.db().await, folder.db().await);
    let tables = "CREATE TABLE p (a, b, c); INSERT INTO p VALUES ('a', 'b', 'c')";
    db.executor().batch(tables).await.unwrap();
    let read = async || {
        let exec = db.executor().reading();
        let row = exec
            .query_opt("SELECT * FROM p", Params::none())
            .await
            .unwrap()
            .unwrap();
        let names: Vec<&str> = (0..row.len()).filter_map(|at| row.name(at)).collect();
        let values: Vec<String> = (0..names.len()).map(|at| row.get(at).unwrap()).collect();
        (names.concat(), values.concat())
    };
    assert_eq!(read().await, ("abc".into(), "abc".into()));
    for (text, expected) in [
        ("ALTER TABLE p DROP COLUMN b", "ac"),
        ("ALTER TABLE p ADD COLUMN d DEFAULT 'd'", "acd"),
        ("ALTER TABLE p DROP COLUMN a", "cd"),
        ("ALTER TABLE p ADD COLUMN a DEFAULT 'a'", "cda"),
        (
            "DROP TABLE p; CREATE TABLE p (x); INSERT INTO p VALUES ('x')",
            "x",
        ),
    ] {
        batch(&other, text).await;
        assert_eq!(read().await, (expected.into(), expected.into()), "{text}");
    }
}

// An interrupt that comes while the statement is compiled finds none to interrupt.
#[tokio::test]
async fn a_statement_that_is_called_off_as_it_begins_does_not_go_on() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(2)).await;
    count(&db).await;
    for round in 0..600_u64 {
        // Compiled anew each time, which takes a while.
        let text = format!("{ENDLESS} -- {round} {}", "and so on ".repeat(500));
        let exec = db.executor().reading();
        let asking = exec.query_opt(&text, Params::none());
        let asking = async {
            tokio::select! {
                biased;
                _ = asking => panic!("an end"),
                () = spin(Duration::from_micros(round % 150)) => {}
            }
        };
        asking.await;
        let next = within(
            db.executor()
                .reading()
                .query_opt("SELECT 7", Params::none()),
        );
        assert_eq!(next.await.unwrap().unwrap().get::<i64>(0).unwrap(), 7);
    }
}

/// Passes time more exactly than a timer does.
async fn spin(time: Duration) {
    let end = std::time::Instant::now() + time;
    while std::time::Instant::now() < end {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_path_is_a_path_whatever_it_looks_like() {
    let folder = Folder::new();
    std::fs::create_dir(folder.file("in")).unwrap();
    for name in [
        "a b.db",
        "%41.db",
        "what?.db",
        "ünïcode 日本.db",
        "#fragment.db",
        "a&mode=ro.db",
        "in/../quote'\".db",
        "file:x.db",
        ":memory:",
    ] {
        let path = folder.file(name).display().to_string();
        let path = path.replace('%', "%25").replace('?', "%3F");
        let config: Config = format!("sqlite:{path}").parse().unwrap();
        let db = Db::connect(config.clone()).await.unwrap();
        batch(&db, "CREATE TABLE t (n)").await;
        run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
        within(db.close()).await;
        assert!(folder.file(name).exists(), "{name}");
        assert_eq!(
            count(&Db::connect(config).await.unwrap()).await,
            1,
            "{name}"
        );
    }
    for (url, kind) in [
        (
            format!("sqlite:{}", folder.file("in").display()),
            ErrorKind::Unreachable,
        ),
        (
            "sqlite:/proc/self/none/x.db".to_owned(),
            ErrorKind::DatabaseNotFound,
        ),
    ] {
        let error = within(Db::connect(url.parse().unwrap())).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{url}: {error}");
    }
}

// What was changed of the session cannot be undone while the file is not the one that it
// was: nobody may be given the connection.
#[tokio::test]
async fn a_session_that_cannot_be_made_anew_is_given_to_nobody() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    let (file, aside) = (folder.file("test.db"), folder.file("aside.db"));
    let tx = db.begin().await.unwrap();
    tx.executor()
        .batch("CREATE TEMP TABLE mine (n)")
        .await
        .unwrap();
    std::fs::rename(&file, &aside).unwrap();
    std::fs::create_dir(&file).unwrap();
    tx.commit().await.unwrap();
    for _ in 0..3 {
        let error = run(&db, "SELECT * FROM mine").await.unwrap_err();
        let kinds = [ErrorKind::ConnectionLost, ErrorKind::Unreachable];
        assert!(kinds.contains(&error.kind()), "{error:?}");
    }
    std::fs::remove_dir(&file).unwrap();
    std::fs::rename(&aside, &file).unwrap();
    assert_eq!(count(&db).await, 0);
    let error = run(&db, "SELECT * FROM mine").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable, "{error}");
    assert_eq!(db.pool_status().size, 1);
    within(db.close()).await;
}

// Files that other programs have made, with what a STRICT table would not hold.
#[tokio::test]
async fn cells_that_no_type_can_be_are_faults() {
    let folder = Folder::new();
    let db = folder.db().await;
    let read = async |cell: &str| {
        let text = format!("SELECT {cell}");
        let row = db
            .executor()
            .query_opt(&text, Params::none())
            .await
            .unwrap()
            .unwrap();
        row.get::<String>(0)
    };
    let error = read("CAST(x'ff41' AS TEXT)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    let error = read("x'41'").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert_eq!(read("hex(1)").await.unwrap(), "31");
    let sorted = "SELECT CAST(x'ff41' AS TEXT) < '1' COLLATE decimal";
    let row = db.executor().query_opt(sorted, Params::none()).await;
    assert_eq!(row.unwrap().unwrap().get::<i64>(0).unwrap(), 0);
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = "SELECT orm_json_text(?1, '[\"0\"]')";
    let values = [Param::from(deep)];
    let error = within(db.executor().query_opt(text, Params::from(&values))).await;
    assert!(matches!(
        error.unwrap_err().kind(),
        ErrorKind::InvalidValue | ErrorKind::Database
    ));
}

#[tokio::test]
async fn a_value_of_many_megabytes_comes_back() {
    let folder = Folder::new();
    let db = folder.db().await;
    batch(&db, "CREATE TABLE b (said BLOB, text TEXT) STRICT").await;
    let blob: Vec<u8> = (0..60_000_000_u32).map(|n| n.to_le_bytes()[1]).collect();
    let text = "ä".repeat(20_000_000);
    let values = [Param::from(blob.clone()), Param::from(text.clone())];
    let exec = db.executor();
    let insert = "INSERT INTO b VALUES (?1, ?2)";
    assert_eq!(
        exec.execute(insert, Params::from(&values)).await.unwrap(),
        1
    );
    let row = exec
        .query_opt("SELECT said, text FROM b", Params::none())
        .await;
    let row = row.unwrap().unwrap();
    assert!(row.get::<Vec<u8>>(0).unwrap() == blob);
    assert!(row.get::<String>(1).unwrap() == text);
    let error = run(&db, "SELECT zeroblob(2000000000)").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
}
