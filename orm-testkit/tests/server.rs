//! Private servers with settings of their own, and servers that do not start.
#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use orm_testkit::{Error, Server, TestDatabase};
use tokio_postgres::{Client, NoTls};

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

async fn setting(client: &Client, name: &str) -> String {
    let row = client
        .query_one("SELECT current_setting($1)", &[&name])
        .await;
    row.unwrap().get(0)
}

#[tokio::test]
async fn settings_are_the_throw_away_ones_and_the_callers() {
    let server = Server::builder()
        .setting("max_connections", "20")
        .setting("log_statement", "all")
        .setting("application_name", "it's quoted")
        .start()
        .unwrap();
    let client = connect(&server.url("postgres")).await;
    for (name, value) in [
        ("max_connections", "20"),
        ("application_name", "it's quoted"),
        ("fsync", "off"),
        ("full_page_writes", "off"),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
    ] {
        assert_eq!(setting(&client, name).await, value, "{name}");
    }
    #[cfg(unix)]
    assert_eq!(setting(&client, "listen_addresses").await, "");

    client
        .batch_execute("SELECT 'a trace in the log'")
        .await
        .unwrap();
    assert!(
        server
            .log()
            .unwrap()
            .contains("SELECT 'a trace in the log'")
    );
    server.stop().unwrap();
    assert!(server.log().is_err());
}

#[tokio::test]
async fn servers_are_independent() {
    let (one, two) = (
        Server::builder().start().unwrap(),
        Server::builder().start().unwrap(),
    );
    assert_ne!(one.url("postgres"), two.url("postgres"));
    drop(one);
    TestDatabase::create_on(&two)
        .await
        .unwrap()
        .drop()
        .await
        .unwrap();
}

#[test]
fn a_failed_start_shows_the_log() {
    let error = Server::builder()
        .setting("no_such_setting", "1")
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::Start { .. }), "{error:?}");
    let message = format!("{error:?}");
    assert!(message.contains("exited with status 1"), "{message}");
    assert!(
        message.contains("unrecognized configuration parameter \"no_such_setting\""),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_reaches_the_socket() {
    use std::os::unix::fs::PermissionsExt;
    let server = Server::builder().start().unwrap();
    let directory = server.directory().unwrap();
    let mode = directory.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "{mode:o}");
}

// libpq reads the same URL as tokio-postgres; psql is installed with most
// servers, but not part of the npm packages, so this asks the driver's parser.
#[test]
fn the_urls_name_the_database() {
    let server = Server::builder().start().unwrap();
    for (url, database) in [
        (server.url("shop"), "shop"),
        (server.url("with space/and slash"), "with space/and slash"),
        (server.admin_url(), "postgres"),
    ] {
        let config: tokio_postgres::Config = url.parse().unwrap();
        assert_eq!(config.get_dbname(), Some(database), "{url}");
        assert_eq!(config.get_user(), Some("postgres"));
    }
}
