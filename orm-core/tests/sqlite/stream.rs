//! Long streams: what they cost in memory, and what they keep on the disk.

use orm_core::exec::{Db, Executor, Params};

use crate::process::{Other, tell};
use crate::support::{Folder, count, run, within};

const MANY: i64 = 1_000_000;

async fn fill(db: &Db, rows: i64) {
    let text = format!(
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < {rows}) \
         INSERT INTO t SELECT x FROM c"
    );
    run(db, &text).await.unwrap();
}

/// What the process has in memory, at most so far, in KiB.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.map(|it| it.trim().trim_end_matches(" kB").parse());
    number.map_or(0, |it| it.unwrap())
}

async fn read(db: &Db, most: i64) {
    // A text, so that a row is more than its cells.
    let text = format!("SELECT n, 'row number ' || n FROM t ORDER BY n LIMIT {most}");
    let exec = db.executor().reading();
    let mut rows = exec.query(&text, Params::none()).await.unwrap();
    let mut expected = 0;
    while let Some(row) = within(rows.next()).await.unwrap() {
        expected += 1;
        assert_eq!(row.get::<i64>(0).unwrap(), expected);
    }
    assert_eq!(expected, most);
}

/// Streams a few rows, then a million of them, and tells what that cost.
pub(crate) async fn stream(folder: &Folder) {
    let db = Db::connect(folder.config()).await.unwrap();
    read(&db, MANY / 50).await;
    let before = most_memory();
    read(&db, MANY).await;
    tell(&(most_memory() - before).to_string());
}

// In a process of its own, for the memory is that of all of it.
#[tokio::test]
async fn a_million_rows_are_read_in_constant_memory() {
    let folder = Folder::new();
    let db = folder.db().await;
    fill(&db, MANY).await;
    run(&db, "CREATE INDEX t_n ON t (n)").await.unwrap();
    db.close().await;
    let told = Other::start("stream", 0, &folder).end();
    let grown: u64 = told[0].parse().unwrap();
    assert!(grown < 4 << 10, "{grown} KiB more for 50 times the rows");
}

// A reader keeps the log of changes from being begun anew. When it is done, what it
// made longer does not stay.
#[tokio::test]
async fn the_log_of_changes_is_short_again_after_a_long_stream() {
    let folder = Folder::new();
    let db = folder.db().await;
    fill(&db, 10_000).await;
    run(&db, "CREATE TABLE said (text TEXT) STRICT")
        .await
        .unwrap();
    let log = || std::fs::metadata(folder.file("test.db-wal")).map_or(0, |it| it.len() >> 20);
    let write = async || {
        let text = "INSERT INTO said VALUES (hex(zeroblob(500000)))";
        run(&db, text).await.unwrap();
    };
    let exec = db.executor().reading();
    let mut rows = exec.query("SELECT n FROM t", Params::none()).await.unwrap();
    within(rows.next()).await.unwrap();
    for _ in 0..25 {
        write().await;
    }
    assert!(log() >= 20, "the reader has its state: {} MiB", log());
    while within(rows.next()).await.unwrap().is_some() {}
    drop(rows);
    for _ in 0..3 {
        write().await;
    }
    assert!(log() <= 8, "{} MiB", log());
    // Neither the statement that is kept nor an idle reader holds on to a state.
    assert_eq!(count(&db).await, 10_000);
    for _ in 0..60 {
        write().await;
    }
    assert!(log() <= 8, "{} MiB", log());
}
