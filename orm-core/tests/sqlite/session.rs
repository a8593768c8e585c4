//! What a text may leave behind does not reach the next user.

use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor, Params, PoolOptions};

use crate::support::{Folder, count, run, value};

async fn pragma(db: &Db, name: &str) -> i64 {
    let text = format!("PRAGMA {name}");
    let row = db.executor().query_opt(&text, Params::none()).await;
    row.unwrap().unwrap().get(0).unwrap()
}

#[tokio::test]
async fn transactions_are_not_opened_or_ended_by_texts() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    // Our own stay compiled, and are not found by who writes the same.
    db.begin().await.unwrap().commit().await.unwrap();
    db.begin().await.unwrap().rollback().await.unwrap();
    for text in [
        "BEGIN",
        "BEGIN IMMEDIATE",
        " COMMIT ",
        "ROLLBACK",
        "SAVEPOINT a",
        "/* a */ begin immediate",
        "END",
    ] {
        let error = run(&db, text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
        let error = db.executor().batch(text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
    }
    let text = "INSERT INTO t VALUES (1); COMMIT; INSERT INTO t VALUES (2)";
    let error = db.executor().batch(text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (3)").await.unwrap();
    let error = run(&tx, "COMMIT").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    drop(tx);
    assert_eq!(count(&db).await, 0);
}

#[tokio::test]
async fn settings_temporary_tables_and_attached_files_end_with_their_user() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    let other = folder.file("other.db").display().to_string();
    for text in [
        "PRAGMA foreign_keys = OFF",
        "PRAGMA cache_size = 7",
        "CREATE TEMP TABLE mine (n)",
        &format!("ATTACH '{other}' AS other"),
    ] {
        db.executor().batch(text).await.unwrap();
        assert_eq!(pragma(&db, "foreign_keys").await, 1, "{text}");
        assert_ne!(pragma(&db, "cache_size").await, 7, "{text}");
        let temporary = "SELECT count(*) FROM sqlite_temp_master";
        assert_eq!(value::<i64>(&db, temporary).await.unwrap(), 0, "{text}");
        let attached = "SELECT count(*) FROM pragma_database_list WHERE name = 'other'";
        assert_eq!(value::<i64>(&db, attached).await.unwrap(), 0, "{text}");
    }
}

#[tokio::test]
async fn within_a_transaction_they_last_until_its_end() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    let tx = db.begin().await.unwrap();
    run(&tx, "CREATE TEMP TABLE mine (n)").await.unwrap();
    run(&tx, "INSERT INTO mine VALUES (1)").await.unwrap();
    run(&tx, "INSERT INTO t SELECT n FROM mine").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(count(&db).await, 1);
    let error = run(&db, "SELECT * FROM mine").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable, "{error}");
}

// There is no other connection to put in its place: it would be empty.
#[tokio::test]
async fn memory_keeps_its_session_and_its_rows() {
    let db = Db::connect("sqlite::memory:".parse().unwrap())
        .await
        .unwrap();
    db.executor()
        .batch("CREATE TABLE t (n INTEGER)")
        .await
        .unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    for text in ["PRAGMA foreign_keys = OFF", "CREATE TEMP TABLE mine (n)"] {
        let error = db.executor().batch(text).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}: {error}");
    }
    assert_eq!(pragma(&db, "foreign_keys").await, 1);
    assert_eq!(count(&db).await, 1);
}

// It opens a transaction and attaches a file, by statements of its own.
#[tokio::test]
async fn a_database_is_compacted_and_copied() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    let memory = Db::connect("sqlite::memory:".parse().unwrap())
        .await
        .unwrap();
    for (db, name) in [(&db, "file"), (&memory, "memory")] {
        let copy = folder.file(name).display().to_string();
        let text = format!("VACUUM INTO '{copy}'");
        run(db, &text).await.unwrap();
        std::fs::remove_file(&copy).unwrap();
        db.executor()
            .batch(&format!("/* a */ ; vacuum INTO '{copy}';"))
            .await
            .unwrap();
        assert!(std::fs::metadata(&copy).unwrap().len() > 0, "{name}");
        run(db, "VACUUM").await.unwrap();
    }
    // It hides nothing that is not allowed.
    for text in ["VACUUM; BEGIN", "BEGIN; VACUUM"] {
        assert!(db.executor().batch(text).await.is_err(), "{text}");
        db.begin().await.unwrap().commit().await.unwrap();
    }
    let tx = db.begin().await.unwrap();
    assert!(run(&tx, "VACUUM").await.is_err());
    tx.rollback().await.unwrap();
    let error = run(&db, "COMMIT").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(count(&db).await, 1);
}
