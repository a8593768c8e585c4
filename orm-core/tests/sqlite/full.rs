//! Disks that are full, and files and folders that may only be read: a typed error, and
//! nothing half done.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::Result;
use orm_core::error::{Error, ErrorKind};
use orm_core::exec::{Config, Db, Executor, PoolOptions};

use crate::support::{Folder, batch, count, run, value, within};

/// A file system of a few megabytes, for as long as this lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount one.
    fn mount() -> Option<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("orm-small-disk-sqlite-{}-{number}", std::process::id());
        let disk = SmallDisk(std::env::temp_dir().join(name));
        std::fs::create_dir(&disk.0).unwrap();
        disk.say(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .then_some(disk)
    }

    fn say(&self, arguments: &[&str]) -> bool {
        let mut mount = Command::new("mount");
        let done = mount
            .args(arguments)
            .arg(&self.0)
            .stderr(Stdio::null())
            .status();
        done.is_ok_and(|it| it.success())
    }

    fn url(&self) -> String {
        format!("sqlite:{}", self.0.join("test.db").display())
    }

    async fn db(&self) -> Db {
        let db = Db::connect(self.url().parse().unwrap()).await.unwrap();
        let table = "CREATE TABLE IF NOT EXISTS t (n INTEGER, said BLOB) STRICT";
        db.executor().batch(table).await.unwrap();
        db
    }

    /// Takes up all the room that is left, until it is dropped.
    fn padding(&self) -> Padding {
        let path = self.0.join("padding");
        let mut size = 4 << 20;
        let mut file = std::fs::File::create(&path).unwrap();
        while size > 0 {
            match std::io::Write::write_all(&mut file, &vec![7; size]) {
                Ok(()) => {}
                Err(_) => size /= 2,
            }
        }
        Padding(path)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let mut umount = Command::new("umount");
        let _ = umount.arg("-l").arg(&self.0).stderr(Stdio::null()).status();
        let _ = std::fs::remove_dir(&self.0);
    }
}

struct Padding(PathBuf);

impl Drop for Padding {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[track_caller]
fn is_full(error: &Error) {
    assert_eq!(error.sqlstate(), Some("53100"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Database);
    assert!(
        !error.may_have_taken_effect() && !error.is_retryable(),
        "{error}"
    );
    assert!(error.to_string().contains("the disk is full"), "{error}");
}

const ROW: &str = "INSERT INTO t VALUES (1, zeroblob(300000))";

#[tokio::test]
async fn a_disk_that_is_full() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: a_disk_that_is_full needs root, to mount a small disk");
        return;
    };
    let db = disk.db().await;
    run(&db, ROW).await.unwrap();
    let padding = disk.padding();
    is_full(&run(&db, ROW).await.unwrap_err());

    // In a transaction, of which nothing stays, and behind which nothing is done.
    let small = "INSERT INTO t VALUES (2, NULL)";
    let tx = db.begin().await.unwrap();
    run(&tx, small).await.unwrap();
    let large = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 30) \
                 INSERT INTO t SELECT x, zeroblob(300000) FROM c";
    is_full(&run(&tx, large).await.unwrap_err());
    let error = run(&tx, small).await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_transaction_aborted(), "{error}");
    assert_eq!(count(&db).await, 1);

    // What is in memory until the commit fails there.
    let tx = db.begin().await.unwrap();
    for _ in 0..3 {
        run(&tx, ROW).await.unwrap();
    }
    is_full(&tx.commit().await.unwrap_err());
    assert_eq!(count(&db).await, 1);

    // With room again, the same connections write.
    drop(padding);
    let status = db.pool_status();
    run(&db, small).await.unwrap();
    assert_eq!(db.pool_status().size, status.size);
    assert_eq!(count(&db).await, 2);
    let check: String = value(&db, "PRAGMA integrity_check").await.unwrap();
    assert_eq!(check, "ok");
    within(db.close()).await;
}

/// A transaction that may make the file no longer than it is.
const NO_LONGER: &str = "PRAGMA max_page_count = 1";

#[tokio::test]
async fn a_file_at_its_limit_and_what_follows_in_its_transaction() {
    let folder = Folder::new();
    let db = folder.db_with(PoolOptions::new().max(1)).await;
    let fill = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 50000) \
                INSERT INTO t SELECT x FROM c";
    let one = "INSERT INTO t VALUES (1)";
    // SQLite undoes the statement alone, or the transaction with it: the next one is
    // refused either way.
    for text in [
        fill,
        "INSERT INTO t VALUES (1), (2), (randomblob(9000000))",
        &grown(),
    ] {
        let tx = db.begin().await.unwrap();
        run(&tx, one).await.unwrap();
        tx.executor().batch(NO_LONGER).await.unwrap();
        run(&tx, text).await.unwrap_err();
        let error = run(&tx, one).await.unwrap_err();
        assert!(error.is_transaction_aborted(), "{error}");
        let error = tx.commit().await.unwrap_err();
        assert!(error.is_transaction_aborted(), "{error}");
        assert_eq!(count(&db).await, 0);
    }
    // The limit was that transaction's own.
    run(&db, fill).await.unwrap();
    assert_eq!(count(&db).await, 50_000);
}

/// So many values that a page is not enough for them, in a statement of its own.
fn grown() -> String {
    format!("INSERT INTO t VALUES {}(0)", "(1), ".repeat(20_000))
}

// The savepoints went with the transaction: whoever goes on below them is told.
#[tokio::test]
async fn savepoints_of_a_transaction_that_sqlite_has_rolled_back() {
    let folder = Folder::new();
    let db = folder.db().await;
    let rolls_back = "CREATE TRIGGER no_nines BEFORE INSERT ON t WHEN new.n = 9 \
                      BEGIN SELECT RAISE(ROLLBACK, 'no nines'); END";
    batch(&db, rolls_back).await;
    let done: Result<()> = db
        .transaction(async |tx| {
            run(tx, "INSERT INTO t VALUES (1)").await?;
            let nested: Result<()> = tx
                .transaction(async |tx| {
                    run(tx, "INSERT INTO t VALUES (2)").await?;
                    let error = run(tx, "INSERT INTO t VALUES (9)").await.unwrap_err();
                    assert!(error.to_string().contains("no nines"), "{error}");
                    Err(error)
                })
                .await;
            nested.unwrap_err();
            let error = run(tx, "INSERT INTO t VALUES (3)").await.unwrap_err();
            assert!(error.is_transaction_aborted(), "{error}");
            Ok(())
        })
        .await;
    assert!(done.unwrap_err().is_transaction_aborted());
    assert_eq!(count(&db).await, 0);
    // As one statement it is undone by itself.
    run(&db, "INSERT INTO t VALUES (1), (9)").await.unwrap_err();
    let either = "INSERT OR ROLLBACK INTO t VALUES (9)";
    run(&db, either).await.unwrap_err();
    run(&db, "INSERT INTO t VALUES (4)").await.unwrap();
    assert_eq!(value::<i64>(&db, "SELECT sum(n) FROM t").await.unwrap(), 4);
}

#[tokio::test]
async fn a_folder_that_may_only_be_read() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!("skipped: a_folder_that_may_only_be_read needs root, to mount a disk");
        return;
    };
    let db = disk.db().await;
    run(&db, ROW).await.unwrap();
    within(db.close()).await;
    assert!(disk.say(&["-o", "remount,ro"]));
    let refused = async |options: &str| {
        let config: Config = format!("{}{options}", disk.url()).parse().unwrap();
        within(Db::connect(config)).await.unwrap_err()
    };
    // The log of changes cannot be made there: SQLite wants to be told that there is none.
    for options in ["", "?mode=rw", "?mode=ro"] {
        let error = refused(options).await;
        assert_eq!(error.kind(), ErrorKind::PermissionDenied, "{error}");
        assert!(error.to_string().contains("immutable=1"), "{error}");
    }
    let url = format!("{}?immutable=1", disk.url());
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    assert_eq!(count(&db).await, 1);
    let error = run(&db, ROW).await.unwrap_err();
    assert!(error.is_read_only(), "{error}");
    assert_eq!(count(&db).await, 1);
    within(db.close()).await;
}
