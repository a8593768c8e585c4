//! Databases for tests: created, copied, watched and dropped.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::sync::atomic::{AtomicUsize, Ordering};

use orm_testkit::{Error, Server, Template, TestDatabase, server};
use tokio_postgres::{Client, NoTls};

async fn admin() -> Client {
    connect(&server().unwrap().admin_url()).await
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn exists(name: &str) -> bool {
    let query = "SELECT 1 FROM pg_database WHERE datname = $1";
    let rows = admin().await.query(query, &[&name]).await.unwrap();
    !rows.is_empty()
}

#[tokio::test]
async fn every_test_has_a_database_of_its_own() {
    let (one, two) = tokio::join!(TestDatabase::create(), TestDatabase::create());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one.name(), two.name());

    let table = "CREATE TABLE t (id bigint)";
    connect(&one.url())
        .await
        .batch_execute(table)
        .await
        .unwrap();
    connect(&two.url())
        .await
        .batch_execute(table)
        .await
        .unwrap();
}

#[tokio::test]
async fn drop_removes_it_although_someone_is_connected() {
    let db = TestDatabase::create().await.unwrap();
    let name = db.name().to_owned();
    let client = db.connect().await.unwrap();
    db.drop().await.unwrap();
    assert!(!exists(&name).await);
    assert!(client.batch_execute("SELECT 1").await.is_err());
}

#[tokio::test]
async fn a_silent_drop_works_inside_a_runtime() {
    let db = TestDatabase::create().await.unwrap();
    let name = db.name().to_owned();
    assert!(exists(&name).await);
    drop(db);
    assert!(!exists(&name).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_drop_works_in_a_task_that_panics() {
    let db = TestDatabase::create().await.unwrap();
    let name = db.name().to_owned();
    let task = tokio::spawn(async move {
        let _client = db.connect().await.unwrap();
        panic!("as a failing test does");
    });
    assert!(task.await.unwrap_err().is_panic());
    assert!(!exists(&name).await);
}

#[test]
fn a_silent_drop_works_while_the_runtime_is_torn_down() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let doomed = runtime();
    let name = doomed.block_on(async {
        let db = TestDatabase::create().await.unwrap();
        let name = db.name().to_owned();
        tokio::spawn(async move {
            let _db = db;
            std::future::pending::<()>().await;
        });
        // The task has to be polled once to hold the database.
        tokio::task::yield_now().await;
        name
    });
    drop(doomed);
    assert!(!runtime().block_on(exists(&name)));
}

#[tokio::test]
async fn a_drop_without_a_server_is_quick_and_quiet() {
    let server = Server::builder().start().unwrap();
    let db = TestDatabase::create_on(&server).await.unwrap();
    server.stop().unwrap();
    let started = std::time::Instant::now();
    drop(db);
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
}

#[tokio::test]
async fn a_template_is_prepared_once_and_copied() {
    static TEMPLATE: Template = Template::new();
    static PREPARED: AtomicUsize = AtomicUsize::new(0);
    async fn shop() -> TestDatabase {
        let made = TestDatabase::from_template(&TEMPLATE, async |url: String| {
            PREPARED.fetch_add(1, Ordering::Relaxed);
            // A pool's connection that stays open: it must not be in the way.
            let client = Box::leak(Box::new(connect(&url).await));
            let sql = "CREATE TABLE t (id bigint); INSERT INTO t VALUES (7)";
            client.batch_execute(sql).await
        });
        made.await.unwrap()
    }

    let (one, two, three) = tokio::join!(shop(), shop(), shop());
    assert_eq!(PREPARED.load(Ordering::Relaxed), 1);
    let change = "DELETE FROM t";
    one.connect()
        .await
        .unwrap()
        .batch_execute(change)
        .await
        .unwrap();
    for db in [two, three] {
        let client = db.connect().await.unwrap();
        let row = client.query_one("SELECT id FROM t", &[]).await.unwrap();
        assert_eq!(row.get::<_, i64>(0), 7);
    }
}

#[tokio::test]
async fn a_template_can_be_prepared_inside_a_spawned_task() {
    static TEMPLATE: Template = Template::new();
    let task = tokio::spawn(async {
        let nothing = |_url: String| async { Ok::<(), std::io::Error>(()) };
        TEMPLATE
            .database(nothing)
            .await
            .map(|db| db.name().to_owned())
    });
    assert!(task.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_failed_preparation_says_why_and_can_be_repeated() {
    let template = Template::new();
    let failing = async |_url: String| Err::<(), _>("no such migration");
    let error = template.database(failing).await.unwrap_err();
    assert!(matches!(error, Error::Prepare { .. }));
    assert!(format!("{error:?}").contains("no such migration"));

    let db = template
        .database(async |_url| Ok::<(), Error>(()))
        .await
        .unwrap();
    assert!(exists(db.name()).await);
}

#[tokio::test]
async fn a_named_database_can_be_copied() {
    let original = TestDatabase::create().await.unwrap();
    let client = original.connect().await.unwrap();
    client.batch_execute("CREATE TABLE t ()").await.unwrap();
    drop(client);
    let copy = TestDatabase::copy_of(server().unwrap(), original.name())
        .await
        .unwrap();
    copy.connect()
        .await
        .unwrap()
        .batch_execute("TABLE t")
        .await
        .unwrap();

    let missing = TestDatabase::copy_of(server().unwrap(), "no \" such").await;
    let message = format!("{:?}", missing.unwrap_err());
    assert!(message.contains("does not exist"), "{message}");
}

#[tokio::test]
async fn backends_are_counted_by_name_and_ended() {
    let db = TestDatabase::create().await.unwrap();
    let named = |name: &str| {
        let mut config: tokio_postgres::Config = db.url().parse().unwrap();
        config.application_name(name);
        async move {
            let (client, connection) = config.connect(NoTls).await.unwrap();
            tokio::spawn(connection);
            client
        }
    };
    let clients = [named("pool").await, named("pool").await];
    let other = named("other").await;
    assert_eq!(db.backend_count("pool").await.unwrap(), 2);
    assert_eq!(db.backend_count("other").await.unwrap(), 1);
    assert_eq!(db.backend_count("nobody").await.unwrap(), 0);

    drop(other);
    db.wait_for_backends("other", 0).await.unwrap();
    assert_eq!(db.terminate_backends().await.unwrap(), 2);
    assert_eq!(db.backend_count("pool").await.unwrap(), 0);
    assert!(clients[0].batch_execute("SELECT 1").await.is_err());
    db.connect()
        .await
        .unwrap()
        .batch_execute("SELECT 1")
        .await
        .unwrap();
}

#[test]
fn debug_shows_the_name_only() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let db = runtime.block_on(TestDatabase::create()).unwrap();
    assert_eq!(
        format!("{db:?}"),
        format!("TestDatabase {{ name: {:?} }}", db.name())
    );
}
