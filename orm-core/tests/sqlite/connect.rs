//! Files that can be opened, and those that cannot.

use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params};
use orm_core::schema::Backend;

use crate::support::{Folder, count, run, value, within};

#[tokio::test]
async fn a_file_is_made_and_found_again() {
    let folder = Folder::new();
    let db = folder.db().await;
    assert_eq!(db.backend(), Backend::Sqlite);
    db.authenticate().await.unwrap();
    // A read, which waits for no writer.
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    within(db.authenticate()).await.unwrap();
    tx.commit().await.unwrap();
    within(db.close()).await;
    // Closed, all of it is in the one file.
    assert!(!folder.file("test.db-wal").exists());
    let error = run(&db, "SELECT 1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::PoolClosed);
    assert_eq!(count(&folder.db().await).await, 1);
}

#[tokio::test]
async fn memory_is_one_database_for_all_of_a_pool() {
    let db = Db::connect("sqlite::memory:".parse().unwrap())
        .await
        .unwrap();
    db.executor()
        .batch("CREATE TABLE t (n INTEGER)")
        .await
        .unwrap();
    let tasks = (0..20).map(|n| {
        let db = db.clone();
        async move {
            run(&db, &format!("INSERT INTO t VALUES ({n})"))
                .await
                .unwrap()
        }
    });
    for task in tasks {
        task.await;
    }
    assert_eq!(count(&db).await, 20);
}

#[tokio::test]
async fn what_is_no_database_is_told() {
    let folder = Folder::new();
    let refused = async |url: String| {
        let config: Config = url.parse().unwrap();
        within(Db::connect(config)).await.unwrap_err()
    };
    let file = folder.file("text.db");
    std::fs::write(
        &file,
        "not a database, but long enough to be looked at\n".repeat(100),
    )
    .unwrap();
    let error = refused(format!("sqlite:{}", file.display())).await;
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert!(
        error.to_string().contains("is not a database of SQLite"),
        "{error}"
    );

    let missing = folder.file("missing.db");
    let error = refused(format!("sqlite:{}?mode=rw", missing.display())).await;
    assert_eq!(error.kind(), ErrorKind::DatabaseNotFound, "{error}");
    assert!(!missing.exists());
    let error = refused(format!("sqlite:{}/a/b.db", folder.file("none").display())).await;
    assert_eq!(error.kind(), ErrorKind::DatabaseNotFound, "{error}");

    let config = Config::from_url("sqlite:a.db")
        .unwrap()
        .host("db.example.com");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("`Config::host`"), "{error}");
}

#[tokio::test]
async fn a_file_that_is_only_read_refuses_writes() {
    let folder = Folder::new();
    run(&folder.db().await, "INSERT INTO t VALUES (7)")
        .await
        .unwrap();
    let url = format!("sqlite:{}?mode=ro", folder.file("test.db").display());
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    assert_eq!(count(&db).await, 1);
    let error = run(&db, "INSERT INTO t VALUES (8)").await.unwrap_err();
    assert!(error.is_read_only(), "{error:?}");
    assert_eq!(count(&db).await, 1);
}

#[tokio::test]
async fn the_session_is_set_up() {
    let folder = Folder::new();
    let db = folder.db().await;
    for on in ["journal_mode", "foreign_keys", "synchronous"] {
        let exec = db.executor();
        let text = format!("PRAGMA {on}");
        let row = exec
            .query_opt(&text, Params::none())
            .await
            .unwrap()
            .unwrap();
        match on {
            "journal_mode" => assert_eq!(row.get::<String>(0).unwrap(), "wal"),
            _ => assert_eq!(row.get::<i64>(0).unwrap(), 1, "{on}"),
        }
    }
    let likes: bool = value(&db, "SELECT 'a' LIKE 'A'").await.unwrap();
    assert!(!likes);
}
