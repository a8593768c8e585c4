//! A server that only answers: what was written is read, what would write says
//! so, and once it is the primary the same pool writes.

use std::fs;
use std::sync::atomic::{AtomicU32, Ordering};

use orm_core::Result;
use orm_core::ddl::Models;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions, Retry, Tx, TxOptions};
use orm_core::migrate::{Embedded, EmbeddedSource, Migrator, Standing, State};

use crate::server::Server;
use crate::support::{number, rows_in, run, within};

const FIRST: Embedded = Embedded {
    name: "20240101000000-t",
    source: EmbeddedSource::TwoFiles {
        up: "CREATE TABLE t (id int, said text)",
        down: None,
    },
};

const PENDING: Embedded = Embedded {
    name: "20240102000000-u",
    source: EmbeddedSource::TwoFiles {
        up: "CREATE TABLE u ()",
        down: None,
    },
};

fn refused<T>(outcome: Result<T>) {
    let error = outcome.err().expect("nothing can be written");
    assert!(error.is_read_only() && !error.took_effect(), "{error}");
}

#[tokio::test]
async fn a_standby_is_read_and_says_what_it_cannot_do() {
    // It is stopped at once: what was committed has to be written.
    let server = Server::start(&["synchronous_commit=on"]);
    let url = server.create_database().await;
    let config = Config::from_url(&url).unwrap();
    let options = PoolOptions::new().max(3).shared_reads(1);
    let db = Db::connect(config.clone().pool(options)).await.unwrap();
    Migrator::embedded(&[FIRST]).up(&config).await.unwrap();
    run(&db, "INSERT INTO t VALUES (1, 'it''s'), (2, NULL)")
        .await
        .unwrap();

    fs::write(server.directory().join("standby.signal"), "").unwrap();
    server.restart();
    assert_eq!(
        number(&db, "SELECT pg_is_in_recovery()::int::int8")
            .await
            .unwrap(),
        1
    );

    // Reads, alone, shared, in transactions, and of the catalog.
    assert_eq!(rows_in(&db, "t").await, 2);
    let shared = db.executor().reading();
    let rows = within(shared.query_all("SELECT id FROM t", Params::none())).await;
    assert_eq!(rows.unwrap().len(), 2);
    let tx = db.begin_with(TxOptions::new().read_only()).await.unwrap();
    assert_eq!(rows_in(&tx, "t").await, 2);
    tx.commit().await.unwrap();
    let tables = db.blueprint(&[]).await.unwrap().tables;
    assert!(tables.iter().any(|it| it.name.name == "t"), "{tables:?}");
    let report = db.plan_missing(Models::new(&[])).await.unwrap();
    assert!(report.plan.steps.is_empty());
    let status = Migrator::embedded(&[FIRST, PENDING])
        .status(&config)
        .await
        .unwrap();
    assert!(matches!(
        status[..],
        [
            Standing {
                state: State::Applied { .. },
                ..
            },
            Standing {
                state: State::Pending,
                ..
            },
        ]
    ));

    // Writes.
    refused(run(&db, "INSERT INTO t VALUES (3)").await);
    refused(run(&db, "CREATE TABLE u ()").await);
    refused(Migrator::embedded(&[FIRST, PENDING]).up(&config).await);
    let tx = db.begin().await.unwrap();
    refused(run(&tx, "DELETE FROM t").await);
    tx.rollback().await.unwrap();
    let attempts = AtomicU32::new(0);
    let work = async |tx: &Tx| {
        attempts.fetch_add(1, Ordering::Relaxed);
        run(tx, "DELETE FROM t").await
    };
    let retry = Retry::times(3);
    refused(db.transaction_retry(TxOptions::new(), retry, work).await);
    assert_eq!(attempts.into_inner(), 1);
    let writing = Config::from_url(&format!("{url}&target_session_attrs=read-write"));
    let error = Db::connect(writing.unwrap()).await.unwrap_err();
    assert!(
        error.to_string().contains("target_session_attrs"),
        "{error}"
    );

    // It becomes the primary, for the same pool.
    run(&db, "SELECT pg_promote()").await.unwrap();
    run(&db, "INSERT INTO t VALUES (3)").await.unwrap();
    assert_eq!(rows_in(&db, "t").await, 3);
    Migrator::embedded(&[FIRST, PENDING])
        .up(&config)
        .await
        .unwrap();
}
