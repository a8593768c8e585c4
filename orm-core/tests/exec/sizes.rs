//! Values and texts of any size, and limits of any size.

use std::time::Duration;

use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions, TxOptions};
use orm_core::types::Param;

use crate::support::{config, database, number, pid, run, within};

/// How many bytes are sent and read; `HUGE_MB` asks for more.
fn huge() -> usize {
    let asked = std::env::var("HUGE_MB").ok();
    let megabytes: usize = asked.and_then(|it| it.parse().ok()).unwrap_or(300);
    megabytes * 1_000_000
}

#[tokio::test]
async fn a_value_of_300_mb_goes_there_and_comes_back() {
    let db = database(1).await;
    let before = pid(&db).await;
    let asked = "SELECT length($1::bytea), $1::bytea";
    let values = vec![Param::Bytes(vec![7; huge()])];
    let answer = db.executor().query_opt(asked, Params::from(&values));
    let row = match within(answer).await {
        Ok(row) => row.expect("a row"),
        // The server has a limit of its own, for a row and what it makes of it.
        Err(error) => {
            assert!(huge() > 300_000_000, "{error}");
            assert!(error.server().is_some(), "{error}");
            assert_eq!(pid(&db).await, before);
            return;
        }
    };
    assert_eq!(usize::try_from(row.get::<i32>(0).unwrap()), Ok(huge()));
    let back: Vec<u8> = row.get(1).unwrap();
    assert!(back.len() == huge() && back.iter().all(|it| *it == 7));
    assert_eq!(pid(&db).await, before);
}

#[tokio::test]
async fn what_is_more_than_the_server_takes_is_refused_and_nothing_is_lost() {
    let options = PoolOptions::new().max(2).shared_reads(1);
    let db = Db::connect(config(2).await.pool(options)).await.unwrap();
    let before = pid(&db).await;
    // Memory that is never looked at is not taken.
    let values = vec![Param::Bytes(vec![0; 1 << 30])];
    let asked = db
        .executor()
        .execute("SELECT $1::bytea", Params::from(&values));
    let error = within(asked).await.unwrap_err();
    assert!(error.to_string().contains("more than 1 GB"), "{error}");
    assert_eq!(error.kind(), ErrorKind::Encode);
    // Reads of many tasks share a connection, and would lose it together.
    let values = vec![Param::Int8(7); 70_000];
    let shared = db.executor().reading().sharing(true);
    let error = within(shared.query_all("SELECT 1", Params::from(&values))).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Usage);
    let text = String::from_utf8(vec![0; 1 << 30]).unwrap();
    let error = within(db.executor().execute(&text, Params::none())).await;
    assert!(error.unwrap_err().to_string().contains("less than 1 GB"));
    let error = within(db.executor().batch(&text)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(pid(&db).await, before);
}

// Hundreds of such would be all that is in memory, here and on the server.
#[tokio::test]
async fn a_statement_of_megabytes_is_answered_and_not_kept() {
    let db = database(1).await;
    let kept = "SELECT count(*) FROM pg_prepared_statements";
    let before = number(&db, kept).await.unwrap();
    let text = format!("SELECT {}::int8", vec!["1"; 2_000_000].join("+"));
    let error = number(&db, &text).await.unwrap_err();
    assert!(error.server().is_some(), "the server's stack: {error}");
    let text = format!(
        "SELECT count(*) FROM (VALUES (0){}) t",
        ",(0)".repeat(500_000)
    );
    assert_eq!(number(&db, &text).await.unwrap(), 500_001);
    assert_eq!(number(&db, kept).await.unwrap(), before);
    run(&db, "SELECT 7").await.unwrap();
    assert_eq!(number(&db, kept).await.unwrap(), before + 1);
}

#[tokio::test]
async fn times_may_be_as_long_as_their_type() {
    for length in [Duration::MAX, Duration::from_secs(u64::from(u32::MAX))] {
        let options = PoolOptions::new()
            .max(3)
            .min(1)
            .acquire(length)
            .idle(length)
            .max_lifetime(length);
        let config = config(3).await.pool(options);
        let config = config
            .connect_timeout(length)
            .statement_timeout(length)
            .lock_timeout(length)
            .idle_in_transaction_session_timeout(length)
            .statement_deadline(length);
        let db = Db::connect(config).await.unwrap();
        run(&db, "SELECT 1").await.unwrap();
        let options = TxOptions::new();
        let tx = db.begin_with(options).await.unwrap();
        run(&tx, "SELECT 1").await.unwrap();
        tx.commit().await.unwrap();
        db.close().await;
    }
}

#[tokio::test]
async fn a_time_of_nothing_is_an_error_and_no_hang() {
    let options = PoolOptions::new().max(1).acquire(Duration::ZERO);
    let db = within(Db::connect(config(1).await.pool(options))).await;
    if let Ok(db) = db {
        let _ = run(&db, "SELECT 1").await;
        within(db.close()).await;
    }
    let config: Config = config(1).await.connect_timeout(Duration::ZERO);
    let _ = within(Db::connect(config)).await;
}

#[tokio::test]
async fn pools_without_sense_are_refused() {
    let pools = [
        PoolOptions::new().max(0),
        PoolOptions::new().max(0).min(0),
        PoolOptions::new().max(2).min(3),
        PoolOptions::new().min(usize::MAX),
        PoolOptions::new().max(1).shared_reads(usize::MAX),
    ];
    for options in pools {
        let error = Db::connect(config(1).await.pool(options)).await.err();
        assert_eq!(
            error.expect("refused").kind(),
            ErrorKind::Config,
            "{options:?}"
        );
    }
    let options = PoolOptions::new().max(1).statements(0);
    let db = Db::connect(config(1).await.pool(options)).await.unwrap();
    for _ in 0..3 {
        run(&db, "SELECT 1").await.unwrap();
    }
    let kept = "SELECT count(*) FROM pg_prepared_statements";
    assert!(number(&db, kept).await.unwrap() <= 1);
}
