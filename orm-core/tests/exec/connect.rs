//! Connecting: each way to fail has a kind and one useful line.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, PoolOptions, TlsMode};

use crate::gate::{Gate, Way};
use crate::server;
use crate::support::{config, number, recorded, run};

#[tokio::test]
async fn authenticate_sends_exactly_the_articles_statement() {
    let (db, record) = recorded(1).await;
    assert!(record.take().is_empty(), "connecting sends no statement");
    db.authenticate().await.unwrap();
    assert_eq!(record.take(), ["SELECT 1+1 AS result"]);
}

#[tokio::test]
async fn nobody_listening_is_refused_with_the_address() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let config = Config::new().host("127.0.0.1").port(port);
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    assert!(error.is_connect());
    let expected = format!("no server listens at 127.0.0.1:{port}");
    assert!(error.to_string().starts_with(&expected), "{error}");
}

#[tokio::test]
async fn a_missing_socket_is_refused_too() {
    let config = Config::new().host("/nonexistent");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
}

#[tokio::test]
async fn an_unknown_host_is_named() {
    let config = Config::new().host("no-such-host.invalid");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::HostNotFound);
    assert!(
        error.to_string().contains("no-such-host.invalid"),
        "{error}"
    );
}

// A proxy, a firewall, another kind of server.
#[tokio::test]
async fn a_connection_closed_in_the_handshake_is_not_a_missing_host() {
    let gate = Gate::start().await;
    gate.set(Way::ClosedForNew);
    let error = Db::connect(gate.config().await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    let text = error.to_string();
    assert!(
        text.contains("was closed while it was being set up"),
        "{text}"
    );
    assert!(!text.contains("not found"), "{text}");
}

// What PgBouncer answers to settings that it does not pass on, before 1.20 and since, and RDS
// Proxy.
#[tokio::test]
async fn a_pooler_that_takes_no_options_says_what_to_set() {
    for (code, words) in [
        ("08P01", "unsupported startup parameter: options"),
        ("08P01", "unsupported startup parameter in options: jit"),
        (
            "0A000",
            "Feature not supported: RDS Proxy currently doesn’t support command-line options.",
        ),
    ] {
        let error = refused_with(code, words).await;
        assert_eq!(error.kind(), ErrorKind::Config, "{error}");
        assert!(!error.is_connect(), "{error}");
        let text = error.to_string();
        assert!(text.contains("takes no `options`"), "{text}");
        assert!(text.contains("`pooler=session`"), "{text}");
        assert!(text.contains("`pooler=transaction`"), "{text}");
    }
}

/// The error of a connection that is answered like this.
async fn refused_with(code: &str, words: &str) -> Error {
    let fields = format!("SFATAL\0C{code}\0M{words}\0\0");
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let pooler = std::thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut asked = [0; 1024];
        assert!(client.read(&mut asked).unwrap() > 0);
        let length = u32::try_from(fields.len() + 4).unwrap();
        let answer = [&b"E"[..], &length.to_be_bytes(), fields.as_bytes()].concat();
        client.write_all(&answer).unwrap();
    });
    let config = Config::new()
        .host("127.0.0.1")
        .port(port)
        .tls(TlsMode::Disable);
    let error = Db::connect(config).await.unwrap_err();
    pooler.join().unwrap();
    error
}

#[tokio::test]
async fn a_nul_byte_in_a_name_is_a_fault_of_the_configuration() {
    let error = Db::connect(config(1).await.user("a\0b")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("NUL"), "{error}");
}

#[tokio::test]
async fn a_server_that_only_reads_is_told_from_a_missing_host() {
    let url = server::url().await + "&target_session_attrs=read-only";
    let error = Db::connect(url.parse().unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(
        error.to_string().contains("target_session_attrs"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_does_not_answer_times_out() {
    // Accepts connections and never says a word.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let config = Config::new()
        .host("127.0.0.1")
        .port(port)
        .connect_timeout(Duration::from_millis(100));
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectTimeout);
    assert!(error.is_timeout());
}

#[tokio::test]
async fn a_wrong_or_missing_password_is_an_authentication_error() {
    let url = server::url().await;
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    run(&db, "CREATE ROLE locked LOGIN PASSWORD 'right'")
        .await
        .unwrap();
    let locked: Config = url.replace("user=postgres", "user=locked").parse().unwrap();

    let error = Db::connect(locked.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert!(error.to_string().contains("DB_PASS"), "{error}");

    let error = Db::connect(locked.clone().password("wrong"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
    assert_eq!(error.sqlstate(), Some("28P01"));
    assert!(error.to_string().contains("`locked`"), "{error}");

    Db::connect(locked.password("right")).await.unwrap();
}

#[tokio::test]
async fn a_missing_database_is_named() {
    let config = config(1).await.database("nowhere");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DatabaseNotFound);
    assert!(
        error.to_string().contains("no database `nowhere`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_full_server_says_so() {
    let db = Db::connect(config(1).await).await.unwrap();
    run(&db, "CREATE ROLE single LOGIN CONNECTION LIMIT 0")
        .await
        .unwrap();
    let error = Db::connect(config(1).await.user("single"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooManyConnections);
}

#[tokio::test]
async fn impossible_pools_are_refused() {
    for options in [PoolOptions::new().max(0), PoolOptions::new().max(1).min(2)] {
        let error = Db::connect(Config::new().pool(options)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}

// The settings travel with the start-up message: no statement sets them.
#[tokio::test]
async fn sessions_start_with_our_settings() {
    let config = config(1)
        .await
        .application_name("exec-test")
        .statement_timeout(Duration::from_millis(1500))
        .lock_timeout(Duration::from_secs(2))
        .idle_in_transaction_session_timeout(Duration::from_secs(3));
    let db = Db::connect(config).await.unwrap();
    for (name, value) in [
        ("jit", "off"),
        ("TimeZone", "UTC"),
        ("application_name", "exec-test"),
        ("statement_timeout", "1500ms"),
        ("lock_timeout", "2s"),
        ("idle_in_transaction_session_timeout", "3s"),
    ] {
        let text = format!("SELECT (current_setting('{name}') = '{value}')::int::int8");
        assert_eq!(number(&db, &text).await.unwrap(), 1, "{name}");
    }
}

// A pooler would be asked whether it passed them on.
#[tokio::test]
async fn a_server_is_asked_nothing_when_a_connection_is_opened() {
    let url = server::url().await + "&options=-c%20TimeZone%3DAsia/Tokyo";
    let config = Config::from_url(&url).unwrap();
    let watcher = Db::connect(config.clone()).await.unwrap();
    let named = config.application_name("newcomer");
    let _db = Db::connect(named).await.unwrap();
    let sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'newcomer'";
    assert_eq!(number(&watcher, sessions).await.unwrap(), 1);
    let idle = format!("{sessions} AND query = ''");
    assert_eq!(number(&watcher, &idle).await.unwrap(), 1);
}

#[tokio::test]
async fn options_of_the_url_win_over_ours() {
    let url = server::url().await + "&options=-c%20jit%3Don%20-c%20work_mem%3D8MB";
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    let text = "SELECT (current_setting('jit') = 'on' AND current_setting('work_mem') = '8MB' \
                AND current_setting('TimeZone') = 'UTC')::int::int8";
    assert_eq!(number(&db, text).await.unwrap(), 1);
}
