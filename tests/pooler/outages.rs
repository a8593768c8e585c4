//! A pooler that has nothing to give, and a server that goes away behind one.

use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::{Executor, PoolOptions, Pooler};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm_testkit::{PgBouncer, Server, TestDatabase};

use crate::models::Owner;
use crate::place::{Test, database, pooler, pooler_with, through};

const WRITE: &str = "UPDATE owners SET visits = 1";

// It says so itself, and hangs up: nothing was sent to the server, and the connection
// is nobody's any more.
#[tokio::test]
async fn sessions_that_are_all_busy_are_waited_for_and_then_said_to_be() -> Test {
    let Some(pooler) = pooler_with(1, &[("query_wait_timeout", "1")])? else {
        return Ok(());
    };
    let database = database().await?;
    let first = Db::connect(through(&pooler, &database, 1)?).await?;
    let second = Db::connect(through(&pooler, &database, 2)?).await?;
    let tx = first.begin().await?;
    assert_eq!(Owner::query().count(&tx).await?, 0);
    for _ in 0..2 {
        let (read, written, begun) = tokio::join!(
            Owner::query().all(&second),
            raw_sql(WRITE).execute(&second),
            second.begin(),
        );
        let errors = [read.err(), written.err(), begun.err()];
        for error in errors.map(|it| it.expect("nothing is free")) {
            assert!(error.is_acquire_timeout(), "{error}");
            assert!(!error.may_have_taken_effect(), "{error}");
            assert!(error.to_string().contains("default_pool_size"), "{error}");
        }
        let busy = second.executor().batch(WRITE).await.unwrap_err();
        assert!(busy.is_acquire_timeout(), "{busy}");
        assert!(
            second
                .authenticate()
                .await
                .unwrap_err()
                .is_acquire_timeout()
        );
    }
    tx.commit().await?;
    assert_eq!(Owner::query().count(&second).await?, 0);
    assert_eq!(raw_sql(WRITE).execute(&second).await?, 0);
    Ok(())
}

// As of a server that has no connection left: tasks wait for those that there are.
#[tokio::test]
async fn a_pooler_that_takes_no_more_clients_makes_tasks_wait() -> Test {
    let Some(pooler) = pooler_with(2, &[("max_client_conn", "2")])? else {
        return Ok(());
    };
    let database = database().await?;
    let db = Db::connect(through(&pooler, &database, 8)?).await?;
    let slow = || raw_sql("SELECT pg_sleep(0.1)::text").execute(&db);
    tokio::try_join!(slow(), slow(), slow(), slow(), slow(), slow())?;
    // Both are there, and stay.
    let held = tokio::try_join!(db.begin(), db.begin())?;
    let error = Db::connect(through(&pooler, &database, 1)?)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyConnections, "{error}");
    assert!(error.to_string().contains("max_client_conn"), "{error}");
    drop(held);
    Ok(())
}

// The pooler's word for it is no error of the statement: what was sent may be there.
#[tokio::test]
async fn a_server_that_goes_away_behind_the_pooler() -> Test {
    if pooler(1)?.is_none() {
        return Ok(());
    }
    let server = Server::builder().start()?;
    let database = TestDatabase::create_on(&server).await?;
    let impatient = [("query_wait_timeout", "1"), ("server_login_retry", "1")];
    let pooler = PgBouncer::start_with(&server, 3, &impatient)?;
    let url = database.url_via(pooler.address());
    let options = PoolOptions::new().max(4);
    let config = Config::from_url(&url)?
        .pooler(Pooler::Transaction)
        .pool(options);
    let db = Db::connect(config).await?;
    let owners = "CREATE TABLE owners (visits int); INSERT INTO owners VALUES (0)";
    db.executor().batch(owners).await?;
    let tx = db.begin().await?;
    raw_sql(WRITE).execute(&tx).await?;
    let stopped = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.stop()
    };
    let slow = raw_sql("INSERT INTO owners SELECT 1 FROM pg_sleep(60)");
    let (lost, stopped) = tokio::join!(slow.execute(&db), stopped);
    stopped?;
    let lost = lost.unwrap_err();
    assert!(
        lost.is_connection_lost() && lost.may_have_taken_effect(),
        "{lost}"
    );
    let unknown = tx.commit().await.unwrap_err();
    assert!(
        unknown.is_connection_lost() && unknown.is_commit_unknown(),
        "{unknown}"
    );

    // It looks for one for a while, and says what came of it.
    for _ in 0..2 {
        let count = raw_sql("SELECT count(*) FROM owners").scalar::<i64>(&db);
        let write = raw_sql(WRITE).execute(&db);
        let (read, written, begun) = tokio::join!(count, write, db.begin());
        for error in [read.err(), written.err(), begun.err()] {
            let error = error.expect("there is no server");
            assert!(error.is_connect() || error.is_acquire_timeout(), "{error}");
            assert!(!error.may_have_taken_effect(), "{error}");
        }
    }
    tokio::time::timeout(Duration::from_secs(10), db.close()).await?;
    Ok(())
}
