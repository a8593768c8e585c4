//! Several processes on one file, each with a pool of its own.

use std::sync::Arc;
use std::time::Duration;

use orm_core::Result;
use orm_core::exec::{Db, Executor, Params, PoolOptions, TxOptions};

use crate::process::Other;
use crate::support::{Folder, run, value, within};

const WRITERS: u64 = 3;
const READERS: u64 = 2;

/// The tasks of each process that writes, and how often each adds one.
const TASKS: u64 = 4;
const TIMES: u64 = 25;

const TABLES: &str = "CREATE TABLE IF NOT EXISTS counts (id INTEGER PRIMARY KEY, n INTEGER) STRICT;
     CREATE TABLE IF NOT EXISTS lines (who INTEGER, n INTEGER, UNIQUE (who, n)) STRICT;
     INSERT INTO counts SELECT value, 0 FROM json_each('[1, 2, 3]') WHERE TRUE ON CONFLICT DO NOTHING";

/// Opens the file, which nobody has made before the first.
async fn open(folder: &Folder) -> Db {
    // A busy disk keeps everybody waiting.
    let patient = PoolOptions::new().acquire(Duration::from_secs(60));
    let db = within(Db::connect(folder.config().pool(patient)))
        .await
        .unwrap();
    within(db.executor().batch(TABLES)).await.unwrap();
    db
}

async fn number(on: &impl Executor, id: i64) -> Result<i64> {
    value(on, &format!("SELECT n FROM counts WHERE id = {id}")).await
}

/// Adds by one statement, and by reading and writing in a transaction.
pub(crate) async fn count(folder: &Folder, who: u64) {
    let db = Arc::new(open(folder).await);
    let tasks = (0..TASKS).map(|task| {
        let db = Arc::clone(&db);
        tokio::spawn(async move {
            for time in 0..TIMES {
                run(&*db, "UPDATE counts SET n = n + 1 WHERE id = 1")
                    .await
                    .unwrap();
                db.transaction(async |tx| -> Result<()> {
                    let (one, other) = (number(tx, 2).await?, number(tx, 3).await?);
                    assert_eq!(one, other);
                    for id in [2, 3] {
                        run(
                            tx,
                            &format!("UPDATE counts SET n = {one} + 1 WHERE id = {id}"),
                        )
                        .await?;
                    }
                    let line = format!("INSERT INTO lines VALUES ({who}, {})", task * TIMES + time);
                    run(tx, &line).await.map(drop)
                })
                .await
                .unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    within(db.close()).await;
}

/// Reads until all has been counted: in one transaction everything is of one moment,
/// and no number falls.
pub(crate) async fn look(folder: &Folder) {
    let db = open(folder).await;
    let mut last = 0;
    while last < total() {
        let tx = db.begin_with(TxOptions::new().read_only()).await.unwrap();
        let one = number(&tx, 2).await.unwrap();
        let lines: i64 = value(&tx, "SELECT count(*) FROM lines").await.unwrap();
        let exec = tx.executor();
        let mut rows = exec
            .query("SELECT n FROM lines", Params::none())
            .await
            .unwrap();
        let mut read = 0;
        while within(rows.next()).await.unwrap().is_some() {
            read += 1;
        }
        drop(rows);
        let other = number(&tx, 3).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((one, lines, read), (other, other, other));
        assert!(one >= last);
        last = one;
    }
    within(db.close()).await;
}

fn total() -> i64 {
    i64::try_from(WRITERS * TASKS * TIMES).unwrap()
}

#[test]
fn no_update_is_lost_and_no_process_fails() {
    let folder = Folder::new();
    // All at once, on a file that is not there yet.
    let writers = (0..WRITERS).map(|who| Other::start("count", who, &folder));
    let readers = (0..READERS).map(|who| Other::start("look", who, &folder));
    let others: Vec<Other> = writers.chain(readers).collect();
    for other in others {
        other.end();
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = open(&folder).await;
        for id in [1, 2, 3] {
            assert_eq!(number(&db, id).await.unwrap(), total());
        }
        let lines: i64 = value(&db, "SELECT count(*) FROM lines").await.unwrap();
        assert_eq!(lines, total());
        let check: String = value(&db, "PRAGMA integrity_check").await.unwrap();
        assert_eq!(check, "ok");
    });
}
