//! A standby that follows its primary and takes its place while tasks write.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use orm_core::Result;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::Param;

use crate::server::Server;
use crate::support::{eventually, number, run, within};

/// The numbers that were written, and those of which nobody knows.
#[derive(Default)]
struct Written {
    certain: Vec<i64>,
    unknown: Vec<i64>,
}

async fn write(db: &Db, number: i64) -> Result<()> {
    let text = "INSERT INTO t VALUES ($1)";
    let values = [Param::Int8(number)];
    if number % 2 == 0 {
        let done = db.executor().execute(text, Params::from(&values[..])).await;
        return done.map(drop);
    }
    let tx = db.begin().await?;
    tx.executor()
        .execute(text, Params::from(&values[..]))
        .await?;
    tx.commit().await
}

/// Writes until it is told to stop; what is refused is written again under another number.
async fn keep_writing(db: Db, next: Arc<AtomicI64>, stop: Arc<AtomicBool>) -> Written {
    let mut written = Written::default();
    while !stop.load(Ordering::Acquire) {
        let number = next.fetch_add(1, Ordering::Relaxed);
        match write(&db, number).await {
            Ok(()) => written.certain.push(number),
            Err(error) if error.may_have_taken_effect() => written.unknown.push(number),
            Err(error) => {
                assert!(
                    error.is_connect() || error.is_connection_lost() || error.is_read_only(),
                    "{error}"
                );
                assert!(!error.took_effect(), "{error}");
                tokio::task::yield_now().await;
            }
        }
    }
    written
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_is_promoted_under_load_takes_over() {
    // What was acknowledged is on both.
    let settings = [
        "synchronous_commit=remote_apply",
        "synchronous_standby_names=*",
    ];
    let (primary, standby) = Server::pair(&settings);
    let url = within(primary.create_database()).await;
    let name = Config::from_url(&url)
        .unwrap()
        .database_name()
        .unwrap()
        .to_owned();
    let (first, second) = (standby.port(), primary.port());
    let config = |attributes: &str| {
        let url = format!(
            "postgres://postgres@127.0.0.1:{first},127.0.0.1:{second}/{name}\
             ?target_session_attrs={attributes}"
        );
        let options = PoolOptions::new().max(4);
        Config::from_url(&url).unwrap().pool(options)
    };
    let writer = Db::connect(config("read-write")).await.unwrap();
    let reader = Db::connect(config("read-only")).await.unwrap();
    let either = Db::connect(config("any")).await.unwrap();
    let in_recovery = "SELECT pg_is_in_recovery()::int::int8";
    assert_eq!(number(&writer, in_recovery).await.unwrap(), 0);
    assert_eq!(number(&reader, in_recovery).await.unwrap(), 1);
    assert_eq!(number(&either, in_recovery).await.unwrap(), 1);
    run(&writer, "CREATE TABLE t (n int8 PRIMARY KEY)")
        .await
        .unwrap();

    let (next, stop) = (
        Arc::new(AtomicI64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let tasks: Vec<_> = (0..8)
        .map(|_| tokio::spawn(keep_writing(writer.clone(), next.clone(), stop.clone())))
        .collect();
    let count = "SELECT count(*) FROM t";
    eventually("rows arrive at the standby", async || {
        number(&reader, count).await.unwrap() > 200
    })
    .await;

    primary.stop();
    let before = number(&either, count).await.unwrap();
    run(&either, "SELECT pg_promote()").await.unwrap();
    eventually("the same pool writes again", async || {
        number(&either, count).await.unwrap() > before + 200
    })
    .await;
    stop.store(true, Ordering::Release);
    let mut written = Written::default();
    for task in tasks {
        let mut one = within(task).await.unwrap();
        written.certain.append(&mut one.certain);
        written.unknown.append(&mut one.unknown);
    }

    let rows = either
        .executor()
        .query_all("SELECT n FROM t", Params::none());
    let rows = within(rows).await.unwrap();
    let there: HashSet<i64> = rows.iter().map(|row| row.get(0).unwrap()).collect();
    for number in &written.certain {
        assert!(there.contains(number), "{number} was written");
    }
    let known: HashSet<i64> = written
        .certain
        .iter()
        .chain(&written.unknown)
        .copied()
        .collect();
    assert!(there.is_subset(&known), "what was refused was not written");

    // No server only reads now, and none but the new primary is there.
    let error = Db::connect(config("read-only")).await.unwrap_err();
    assert!(error.is_connect(), "{error}");
    let writer = Db::connect(config("read-write")).await.unwrap();
    assert_eq!(number(&writer, count).await.unwrap(), there.len() as i64);
}
