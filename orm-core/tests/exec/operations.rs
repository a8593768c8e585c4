//! What operators do to a server while programs use it.

// Where something cannot be tested, the reason is printed.
#![allow(clippy::print_stderr)]

use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::Param;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::server::Server;
use crate::support::{eventually, number, pid, run, within};

/// What became of the numbers that were written.
#[derive(Default)]
struct Ledger {
    next: AtomicI64,
    outcomes: Mutex<HashMap<i64, Result<(), bool>>>,
    done: AtomicUsize,
    stop: AtomicBool,
}

/// Writes numbers until it is told to stop: alone and in transactions.
async fn write(db: Db, ledger: Arc<Ledger>) {
    while !ledger.stop.load(Ordering::Relaxed) {
        let n = ledger.next.fetch_add(1, Ordering::Relaxed);
        let text = format!("INSERT INTO t VALUES ({n})");
        let outcome = match n % 2 {
            0 => within(db.executor().once().execute(&text, Params::none())).await,
            _ => {
                within(
                    db.transaction(async |tx| tx.executor().execute(&text, Params::none()).await),
                )
                .await
            }
        };
        let outcome = match outcome {
            Ok(_) => {
                ledger.done.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                assert!(
                    error.is_connect() || error.is_connection_lost(),
                    "{error:?}"
                );
                tokio::task::yield_now().await;
                Err(error.may_have_taken_effect())
            }
        };
        ledger.outcomes.lock().unwrap().insert(n, outcome);
    }
}

// What was said to be written is there, once; what was said not to be is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_and_restarted_under_load() {
    let server = Server::start(&["synchronous_commit=on"]);
    let url = server.create_database().await;
    let options = PoolOptions::new().max(4).shared_reads(1);
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    run(&db, "CREATE TABLE t (n int8)").await.unwrap();
    let ledger = Arc::new(Ledger::default());
    let mut writers = JoinSet::new();
    for _ in 0..8 {
        writers.spawn(write(db.clone(), Arc::clone(&ledger)));
    }
    let more = async |what: &str| {
        let before = ledger.done.load(Ordering::Relaxed);
        eventually(what, async || {
            ledger.done.load(Ordering::Relaxed) > before + 50
        })
        .await;
    };
    more("they write").await;
    server.kill();
    server.restart();
    more("they write after a kill").await;
    server.restart();
    more("they write after a restart").await;
    // One process of it: the server then begins anew by itself.
    let victim = loop {
        match number(&db, "SELECT pg_backend_pid()::int8").await {
            Ok(victim) => break victim,
            Err(error) => assert!(error.is_connect() || error.is_connection_lost(), "{error}"),
        }
    };
    kill(victim);
    more("they write after a crash").await;
    ledger.stop.store(true, Ordering::Relaxed);
    while let Some(writer) = within(writers.join_next()).await {
        writer.unwrap();
    }

    let rows = db
        .executor()
        .query_all("SELECT n FROM t", Params::none())
        .await
        .unwrap();
    let mut there: HashMap<i64, usize> = HashMap::new();
    for row in rows {
        *there.entry(row.get(0).unwrap()).or_default() += 1;
    }
    for (n, outcome) in ledger.outcomes.lock().unwrap().iter() {
        let times = there.get(n).copied().unwrap_or(0);
        match outcome {
            Ok(()) => assert_eq!(times, 1, "{n} was said to be written"),
            Err(false) => assert_eq!(times, 0, "{n} was said not to be written"),
            Err(true) => assert!(times <= 1, "{n} was written twice"),
        }
    }
    is_whole(&db, 3).await;
}

/// So many transactions can be open at once, beside what is kept for reads.
async fn is_whole(db: &Db, connections: usize) {
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(within(db.begin()).await.unwrap());
    }
    for tx in open {
        assert_eq!(number(&tx, "SELECT 1::int8").await.unwrap(), 1);
        within(tx.rollback()).await.unwrap();
    }
    assert_eq!(db.pool_status().waiting, 0);
}

fn kill(pid: i64) {
    let status = Command::new("kill").args(["-9", &pid.to_string()]).status();
    assert!(status.unwrap().success());
}

// A new password concerns new connections. The error says what it is, and once the
// password fits, the same pool goes on.
#[tokio::test]
async fn a_password_that_changes_while_the_pool_lives() {
    let server = Server::start(&[]);
    let url = server.create_database().await;
    let admin = Db::connect(url.parse().unwrap()).await.unwrap();
    run(&admin, "CREATE ROLE locked LOGIN PASSWORD 'canary-old'")
        .await
        .unwrap();
    let user = url.replace("user=postgres", "user=locked");
    let options = PoolOptions::new().max(2);
    let config = Config::from_url(&user)
        .unwrap()
        .password("canary-old")
        .pool(options);
    let db = Db::connect(config.clone()).await.unwrap();
    let tx = within(db.begin()).await.unwrap();
    let first = pid(&tx).await;
    run(&admin, "ALTER ROLE locked PASSWORD 'canary-new'")
        .await
        .unwrap();

    // The open connection is as good as before.
    assert_eq!(pid(&tx).await, first);
    let refused = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        assert!(error.is_connect() && !error.may_have_taken_effect());
        assert!(
            !format!("{error} {error:?} {db:?}").contains("canary"),
            "{error}"
        );
    };
    for _ in 0..5 {
        refused(within(run(&db, "CREATE TABLE no ()")).await.unwrap_err());
    }
    refused(within(Db::connect(config.clone())).await.unwrap_err());
    tx.commit().await.unwrap();
    assert_eq!(pid(&db).await, first);

    // The right configuration, or the old password again: then there is room for two.
    let new = Db::connect(config.password("canary-new")).await.unwrap();
    is_whole(&new, 2).await;
    run(&admin, "ALTER ROLE locked PASSWORD 'canary-old'")
        .await
        .unwrap();
    is_whole(&db, 2).await;
}

// Who came first is served first, whoever comes meanwhile.
#[tokio::test]
async fn a_thousand_tasks_wait_for_two_connections() {
    const TASKS: usize = 1_000;
    let server = Server::start(&[]);
    let url = server.create_database().await;
    let options = PoolOptions::new().max(2);
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    is_whole(&db, 2).await;
    let served = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (db, served) = (db.clone(), Arc::clone(&served));
        tasks.spawn(async move {
            let text = "SELECT $1::int8";
            let asked = i64::try_from(task).unwrap();
            let values = [Param::from(asked)];
            let row = db.executor().query_opt(text, Params::from(&values)).await;
            assert_eq!(row.unwrap().unwrap().get::<i64>(0).unwrap(), asked);
            served.lock().unwrap().push(task);
        });
    }
    let all = async {
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
    };
    within(all).await;
    let served = std::mem::take(&mut *served.lock().unwrap());
    assert_eq!(served.len(), TASKS);
    // Two are asked at a time, so one may be answered late, however late: what no
    // connection explains is a task that others were asked before.
    let mut waiting = BTreeSet::from_iter(0..TASKS);
    for task in served {
        waiting.remove(&task);
        let passed_over = waiting.range(..task).count();
        assert!(
            passed_over <= 20,
            "task {task} was served before {passed_over} that came first"
        );
    }
    is_whole(&db, 2).await;
}

/// A file system of a few megabytes, for as long as this lives.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this process may not mount one.
    fn mount(owner: &Server) -> Option<Self> {
        let name = format!("orm-small-disk-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        let disk = SmallDisk(directory);
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"])
            .arg(&disk.0)
            .stderr(Stdio::null())
            .status();
        if !mounted.is_ok_and(|it| it.success()) {
            return None;
        }
        owner.give(&disk.0);
        Some(disk)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .stderr(Stdio::null())
            .status();
        let _ = fs::remove_dir(&self.0);
    }
}

#[tokio::test]
async fn a_disk_that_is_full() {
    let server = Server::start(&[]);
    let Some(disk) = SmallDisk::mount(&server) else {
        eprintln!("skipped: a_disk_that_is_full needs root, to mount a small disk");
        return;
    };
    let url = server.create_database().await;
    let options = PoolOptions::new().max(2);
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    let space = format!("CREATE TABLESPACE small LOCATION '{}'", disk.0.display());
    run(&db, &space).await.unwrap();
    run(&db, "CREATE TABLE t (n int, said text) TABLESPACE small")
        .await
        .unwrap();
    run(&db, "ALTER TABLE t ALTER said SET STORAGE PLAIN")
        .await
        .unwrap();
    run(&db, "CREATE TABLE padding TABLESPACE small AS SELECT repeat('x', 500) FROM generate_series(1, 8000)")
        .await
        .unwrap();
    let before = pid(&db).await;
    let rows = "INSERT INTO t SELECT n, repeat('y', 2000) FROM generate_series(1, 20000) AS n";
    let error = within(run(&db, rows)).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("53100"), "{error}");
    assert!(
        !error.may_have_taken_effect() && !error.is_retryable(),
        "{error}"
    );
    // In a transaction, of which nothing stays.
    let outcome = db
        .transaction(async |tx| -> orm_core::Result<_> {
            run(tx, "INSERT INTO t VALUES (1, 'small')").await?;
            run(tx, rows).await
        })
        .await;
    assert_eq!(outcome.unwrap_err().sqlstate(), Some("53100"));

    // The connection is none the worse, and what is read is read.
    assert_eq!(pid(&db).await, before);
    assert_eq!(number(&db, "SELECT count(*) FROM t").await.unwrap(), 0);
    assert_eq!(
        number(&db, "SELECT count(*) FROM padding").await.unwrap(),
        8000
    );
    // With room again, the same pool writes.
    run(&db, "DROP TABLE padding").await.unwrap();
    run(&db, "TRUNCATE t").await.unwrap();
    run(&db, "INSERT INTO t VALUES (1, 'small')").await.unwrap();
    is_whole(&db, 2).await;
    let closed = timeout(Duration::from_secs(10), db.close()).await;
    closed.expect("it closes");
    // The disk goes after the server.
    drop(server);
    drop(disk);
}
