//! Limits that hold: times, sizes and counts.

use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions};
use orm_core::types::Param;
use tokio::time::timeout;

use crate::gate::{Gate, Way};
use crate::server;
use crate::support::{config, database, eventually, number, pid, rows_in, run};

/// Far more than any of these takes, and far less than a hang.
const LIMIT: Duration = Duration::from_secs(20);

#[tokio::test]
async fn acquire_keeps_its_word_while_connecting_takes_long() {
    let gate = Gate::start().await;
    let options = PoolOptions::new()
        .max(2)
        .acquire(Duration::from_millis(300));
    let config = gate.config().await.pool(options);
    let db = Db::connect(config).await.unwrap();
    gate.set(Way::StalledForNew);
    let tx = db.begin().await.unwrap();

    // One opens a connection, the others wait behind it.
    let started = Instant::now();
    let ask = || run(&db, "SELECT 1");
    let answers = tokio::join!(ask(), ask(), ask());
    let took = started.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    for answer in [answers.0, answers.1, answers.2] {
        assert!(answer.unwrap_err().is_timeout());
    }
    drop(tx);
}

#[tokio::test]
async fn the_keeper_holds_nothing_that_a_query_could_use() {
    let gate = Gate::start().await;
    let options = PoolOptions::new()
        .max(3)
        .min(3)
        .idle(Duration::from_millis(40));
    let config = gate.config().await.pool(options);
    let db = Db::connect(config).await.unwrap();
    gate.set(Way::StalledForNew);
    // One of the three is gone, and no other can be opened for now.
    let tx = db.begin().await.unwrap();
    let own = pid(&tx).await;
    let _ = run(&db, &format!("SELECT pg_terminate_backend({own})")).await;
    let _ = run(&tx, "SELECT 1").await;
    drop(tx);
    eventually("the keeper looks for a third", async || {
        db.pool_status().size == 2
    })
    .await;
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_millis(10)).await;
        let answered = timeout(Duration::from_secs(1), run(&db, "SELECT 1")).await;
        answered.expect("an idle connection").unwrap();
    }
    gate.set(Way::Open);
    eventually("a third again", async || db.pool_status().size == 3).await;
}

#[tokio::test]
async fn a_host_that_does_not_answer_leaves_time_for_the_next() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let good: Config = server::url().await.parse().unwrap();
    let url = format!(
        "postgres://postgres@127.0.0.1:{port},127.0.0.1:{}/{}?connect_timeout=2",
        server::shared().port(),
        good.database_name().unwrap()
    );
    let started = Instant::now();
    let db = timeout(LIMIT, Db::connect(url.parse().unwrap()))
        .await
        .expect("in time")
        .unwrap();
    assert!(started.elapsed() < Duration::from_secs(2));
    run(&db, "SELECT 1").await.unwrap();

    // Nor is it asked to stop what it does not do.
    let tx = db.begin().await.unwrap();
    let sleeping = timeout(Duration::from_millis(50), run(&tx, "SELECT pg_sleep(60)"));
    assert!(sleeping.await.is_err());
    let started = Instant::now();
    tx.rollback().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
}

// A request to cancel that is still on its way would hit the statement of somebody else.
#[tokio::test]
async fn a_connection_that_may_yet_be_cancelled_is_given_to_nobody() {
    let gate = Gate::start().await;
    let config = gate.config().await.pool(PoolOptions::new().max(1));
    let config = config.statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config).await.unwrap();
    let before = pid(&db).await;
    let tx = db.begin().await.unwrap();
    gate.set(Way::StalledForNew);
    let sleeping = timeout(Duration::from_millis(50), run(&tx, "SELECT pg_sleep(0.2)"));
    assert!(sleeping.await.is_err());
    let started = Instant::now();
    tx.rollback().await.unwrap();
    assert!(started.elapsed() < Duration::from_secs(1));
    gate.set(Way::Open);
    let after = pid(&db).await;
    assert_ne!(after, before);

    gate.set(Way::StalledForNew);
    let sleeping = timeout(Duration::from_millis(50), run(&db, "SELECT pg_sleep(0.2)"));
    assert!(sleeping.await.is_err());
    eventually("it is given up", async || db.pool_status().size == 0).await;
    gate.set(Way::Open);
    assert_ne!(pid(&db).await, after);
}

#[tokio::test]
async fn a_pool_may_be_of_any_size() {
    for max in [1_000_000_000, usize::MAX] {
        let options = PoolOptions::new().max(max).statements(usize::MAX);
        let db = Db::connect(config(1).await.pool(options)).await.unwrap();
        run(&db, "SELECT 1").await.unwrap();
        db.close().await;
    }
}

#[tokio::test]
async fn more_values_than_the_protocol_counts_are_refused_and_nothing_is_lost() {
    let db = database(1).await;
    let before = pid(&db).await;
    let values = vec![Param::Int8(7); 70_000];
    let asked = db.executor().execute("SELECT 1", Params::from(&values));
    let error = asked.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("70000 values"), "{error}");
    assert_eq!(pid(&db).await, before);
}

#[tokio::test]
async fn a_write_whose_answer_was_lost_says_that_it_may_have_been_written() {
    let gate = Gate::start().await;
    let options = PoolOptions::new().max(1);
    let db = Db::connect(gate.config().await.pool(options))
        .await
        .unwrap();
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    run(&db, "INSERT INTO t VALUES (1)").await.unwrap();
    for batch in [false, true] {
        gate.set(Way::CutAtAnswer);
        let error = if batch {
            let text = "INSERT INTO t VALUES (2)";
            db.executor().batch(text).await.unwrap_err()
        } else {
            run(&db, "INSERT INTO t VALUES (1)").await.unwrap_err()
        };
        assert!(error.is_connection_lost(), "{error}");
        assert!(error.is_commit_unknown() && error.may_have_taken_effect());
        assert!(!error.took_effect());
        let text = error.to_string();
        assert!(
            text.contains("may or may not have been carried out"),
            "{text}"
        );
        gate.set(Way::Open);
        run(&db, "SELECT 1").await.unwrap();
    }
    assert_eq!(rows_in(&db, "t").await, 3, "they were");

    // In a transaction it was not: that is rolled back.
    let tx = db.begin().await.unwrap();
    gate.set(Way::CutAtAnswer);
    let error = run(&tx, "INSERT INTO t VALUES (3)").await.unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
    drop(tx);
    gate.set(Way::Open);
    // What reads is sent again, and writes nothing anyway.
    gate.set(Way::CutAtAnswer);
    let reading = db.executor().reading();
    let error = reading
        .execute("TABLE t", Params::none())
        .await
        .unwrap_err();
    assert!(!error.may_have_taken_effect(), "{error}");
}

// A role limited to fewer connections than the pool has makes tasks wait.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_with_two_connections_lets_tasks_wait() {
    let admin = database(1).await;
    run(&admin, "CREATE ROLE narrow LOGIN CONNECTION LIMIT 2")
        .await
        .unwrap();
    let url = server::url().await.replace("user=postgres", "user=narrow");
    let options = PoolOptions::new().max(8);
    let db = Db::connect(Config::from_url(&url).unwrap().pool(options))
        .await
        .unwrap();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let db = db.clone();
        tasks.spawn(async move { run(&db, "SELECT pg_sleep(0.01)").await });
    }
    let all = async {
        while let Some(answer) = tasks.join_next().await {
            answer.unwrap().unwrap();
        }
    };
    timeout(LIMIT, all).await.expect("all of them");
    assert!(db.pool_status().size <= 2);

    // Patience ends here, too.
    let options = options.acquire(Duration::from_millis(300));
    let config = Config::from_url(&url).unwrap().pool(options);
    db.close().await;
    let db = Db::connect(config).await.unwrap();
    let (one, two) = (db.begin().await.unwrap(), db.begin().await.unwrap());
    let error = timeout(LIMIT, run(&db, "SELECT 1")).await.expect("in time");
    assert_eq!(error.unwrap_err().kind(), ErrorKind::TooManyConnections);
    drop((one, two));

    // More to begin with than there ever are: that is what it says.
    db.close().await;
    let options = options.max(usize::MAX).min(usize::MAX);
    let refused = Db::connect(Config::from_url(&url).unwrap().pool(options));
    let error = timeout(LIMIT, refused).await.expect("in time").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyConnections);
}

#[tokio::test]
async fn a_deadline_ends_a_statement_here_and_on_the_server() {
    let watcher = database(1).await;
    let limit = Duration::from_millis(300);
    let config = config(1).await.statement_deadline(limit);
    let db = Db::connect(config).await.unwrap();
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    let slow = "INSERT INTO t SELECT 1 FROM pg_sleep(1000)";
    let started = Instant::now();
    let error = run(&db, slow).await.unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(error.is_query_cancelled() && error.is_timeout(), "{error}");
    assert!(error.may_have_taken_effect(), "{error}");
    assert!(
        error.to_string().contains("`statement_deadline`"),
        "{error}"
    );
    // It waits for its connection, which was cleaned, and finds nothing written.
    eventually("the statement is cancelled", async || {
        rows(&watcher, slow).await == 0
    })
    .await;
    eventually("the connection is back", async || {
        run(&db, "SELECT 1").await.is_ok()
    })
    .await;
    assert_eq!(rows_in(&db, "t").await, 0);

    let tx = db.begin().await.unwrap();
    let error = run(&tx, slow).await.unwrap_err();
    assert!(error.is_query_cancelled() && !error.may_have_taken_effect());
    tx.rollback().await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 0);
}

// Who watches the log for what fails must see it, not only its caller.
#[tokio::test]
async fn a_statement_that_its_deadline_ends_is_logged_with_the_error() {
    let logged = Arc::new(Mutex::new(Vec::new()));
    for readers in [0, 1] {
        let options = PoolOptions::new().max(2).shared_reads(readers);
        let config = config(2).await.pool(options);
        let config = config.statement_deadline(Duration::from_millis(300));
        let sink = Arc::clone(&logged);
        let db = Db::connect(config).await.unwrap().with_logger(move |it| {
            let error = it.error().map(|it| (it.kind(), it.may_have_taken_effect()));
            sink.lock()
                .unwrap()
                .push((it.sql().to_owned(), it.rows(), error));
        });
        let slow = "SELECT pg_sleep(1000)";
        let tx = db.begin().await.unwrap();
        logged.lock().unwrap().clear();
        let mut rows = tx
            .executor()
            .query(
                "SELECT repeat('x', 100000) UNION ALL SELECT '' FROM pg_sleep(1000)",
                Params::none(),
            )
            .await
            .unwrap();
        let read = async {
            while rows.next().await?.is_some() {}
            Ok::<_, Error>(())
        };
        let errors = [
            read.await.unwrap_err(),
            run(&db, slow).await.unwrap_err(),
            db.executor().batch(slow).await.unwrap_err(),
            number(&db, slow).await.unwrap_err(),
            db.executor()
                .reading()
                .sharing(true)
                .query_all(slow, Params::none())
                .await
                .unwrap_err(),
        ];
        let told = std::mem::take(&mut *logged.lock().unwrap());
        assert_eq!(told.len(), errors.len(), "{told:?}");
        for (error, (text, rows, told)) in errors.iter().zip(told) {
            let expected = (ErrorKind::QueryCancelled, error.may_have_taken_effect());
            assert_eq!((rows, told), (None, Some(expected)), "{text}");
        }
    }
}

/// How many statements of this text the server runs, in whatever database.
async fn rows(watcher: &Db, text: &'static str) -> i64 {
    let asked = format!(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '{text}'"
    );
    crate::support::number(watcher, &asked).await.unwrap()
}

// Nothing was sent: whoever asks must not look for what was written, nor take a pool that is
// busy for a server that is gone.
#[tokio::test]
async fn a_deadline_that_ends_the_wait_for_a_connection_says_that_nothing_was_sent() {
    let gate = Gate::start().await;
    let options = PoolOptions::new().max(1).acquire(LIMIT);
    let config = gate.config().await.pool(options);
    let config = config.statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config).await.unwrap();
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    let text = "INSERT INTO t VALUES (1)";
    let tx = db.begin().await.unwrap();
    for error in [
        run(&db, text).await.unwrap_err(),
        db.executor().batch(text).await.unwrap_err(),
        db.authenticate().await.unwrap_err(),
    ] {
        assert!(error.is_acquire_timeout(), "{error}");
        assert!(!error.may_have_taken_effect(), "{error}");
    }
    // The only connection is closed behind it, and another is not to be had.
    tx.executor().batch("SET a.b = 1").await.unwrap();
    gate.set(Way::StalledForNew);
    tx.rollback().await.unwrap();
    let error = run(&db, text).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout, "{error}");
    assert!(!error.may_have_taken_effect(), "{error}");
    gate.set(Way::Open);
    assert_eq!(rows_in(&db, "t").await, 0);

    // What asks whether the server is there may be sent again, whatever became of it.
    gate.set(Way::Stalled);
    let error = db.authenticate().await.unwrap_err();
    assert!(error.is_query_cancelled(), "{error}");
    assert!(!error.may_have_taken_effect(), "{error}");
    gate.set(Way::Open);
}

#[tokio::test]
async fn a_deadline_ends_a_statement_on_a_dead_network() {
    let gate = Gate::start().await;
    let config = gate.config().await.pool(PoolOptions::new().max(2));
    let config = config
        .connect_timeout(Duration::from_millis(500))
        .statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config).await.unwrap();
    run(&db, "CREATE TABLE t (a int)").await.unwrap();
    let tx = db.begin().await.unwrap();
    run(&tx, "INSERT INTO t VALUES (1)").await.unwrap();
    run(&db, "SELECT 1").await.unwrap();

    gate.set(Way::Stalled);
    let error = timeout(LIMIT, run(&db, "SELECT 1")).await.expect("in time");
    assert!(error.unwrap_err().is_timeout());
    let error = timeout(LIMIT, tx.commit()).await.expect("in time");
    assert!(error.unwrap_err().is_commit_unknown());
    gate.set(Way::Open);
    eventually("the pool is whole", async || {
        run(&db, "SELECT 1").await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn closing_ends_on_a_dead_network() {
    let gate = Gate::start().await;
    let options = PoolOptions::new().max(3).shared_reads(1);
    let config = gate.config().await.pool(options);
    let config = config.connect_timeout(Duration::from_millis(300));
    let db = Db::connect(config).await.unwrap();
    let shared = || db.executor().reading().sharing(true);
    let asked = shared().query_all("SELECT 1", Params::none()).await;
    assert_eq!(asked.unwrap().len(), 1);
    let tx = db.begin().await.unwrap();
    gate.set(Way::Stalled);
    let reading = tokio::spawn({
        let db = db.clone();
        async move {
            let exec = db.executor().reading().sharing(true);
            exec.query_all("SELECT 1", Params::none()).await
        }
    });
    tokio::task::yield_now().await;
    assert_eq!(db.pool_status().in_use, 2);
    timeout(LIMIT, db.close()).await.expect("it ends");
    reading.abort();
    drop(tx);
}

// As long as anything answers, close waits for what runs.
#[tokio::test]
async fn closing_waits_for_what_a_living_server_answers() {
    let db = database(1).await;
    let working = tokio::spawn({
        let db = db.clone();
        async move { run(&db, "SELECT pg_sleep(3)").await }
    });
    eventually("it runs", async || db.pool_status().in_use == 1).await;
    timeout(LIMIT, db.close()).await.expect("it ends");
    assert!(working.is_finished());
    working.await.unwrap().unwrap();
}
