//! Encrypted connections, against a server with a certificate of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, TlsMode};

use crate::server::{self, Server};
use crate::support::{number, run, until_running};

const ENCRYPTED: &str = "SELECT ssl::int::int8 FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

/// A server whose certificate is for `localhost`, signed by its own `ca.pem`.
fn encrypted_server() -> (Server, PathBuf) {
    let server = Server::start_with(
        &[
            "ssl=on",
            "ssl_cert_file=server.pem",
            "ssl_key_file=server.key",
        ],
        |directory| {
            authority(directory, "ca");
            authority(directory, "stranger");
            sign(directory);
            // `bound` is the only user who needs a password here.
            let hba = directory.join("pg_hba.conf");
            let rules = std::fs::read_to_string(&hba).unwrap();
            let scram = format!("hostssl all bound all scram-sha-256\n{rules}");
            std::fs::write(&hba, scram).unwrap();
        },
    );
    let ca = server.directory().join("ca.pem");
    (server, ca)
}

fn openssl(directory: &Path, args: &str) {
    let output = Command::new("openssl")
        .args(args.split_whitespace())
        .current_dir(directory)
        .output()
        .expect("openssl, which these tests make certificates with");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn authority(directory: &Path, name: &str) {
    openssl(
        directory,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
             -subj /CN={name} -keyout {name}.key -out {name}.pem"
        ),
    );
}

/// A certificate for `localhost` that is signed with its own key.
fn self_signed(directory: &Path, is_authority: &str) {
    openssl(
        directory,
        &format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost \
             -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:{is_authority} \
             -keyout server.key -out server.pem"
        ),
    );
}

fn sign(directory: &Path) {
    openssl(
        directory,
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
         -keyout server.key -out server.csr",
    );
    std::fs::write(directory.join("san.txt"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(
        directory,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
         -extfile san.txt -out server.pem",
    );
}

fn at(server: &Server, host: &str) -> Config {
    Config::new()
        .host(host)
        .port(server.port())
        .database("postgres")
}

#[tokio::test]
async fn each_mode_checks_what_it_promises() {
    let (server, ca) = encrypted_server();
    let stranger = server.directory().join("stranger.pem");
    let ip = at(&server, "127.0.0.1");
    let named = at(&server, "localhost");

    let plain = Db::connect(ip.clone().tls(TlsMode::Disable)).await.unwrap();
    assert_eq!(number(&plain, ENCRYPTED).await.unwrap(), 0);

    let good = [
        ip.clone().tls(TlsMode::Prefer),
        ip.clone().tls(TlsMode::Require),
        ip.clone().tls(TlsMode::Require).root_certificate(&ca),
        ip.clone().tls(TlsMode::VerifyCa).root_certificate(&ca),
        named.clone().tls(TlsMode::VerifyFull).root_certificate(&ca),
    ];
    for config in good {
        let shown = format!("{config:?}");
        let db = Db::connect(config).await.expect(&shown);
        assert_eq!(number(&db, ENCRYPTED).await.unwrap(), 1, "{shown}");
    }

    let (authority, name) = ("no authority trusted here", "is for another host");
    let bad = [
        // Signed by someone else, directly or as libpq reads `require` with a file.
        (
            ip.clone()
                .tls(TlsMode::VerifyCa)
                .root_certificate(&stranger),
            authority,
        ),
        (
            ip.clone().tls(TlsMode::Require).root_certificate(&stranger),
            authority,
        ),
        (
            named.tls(TlsMode::VerifyFull).root_certificate(&stranger),
            authority,
        ),
        // Signed well, but for another name.
        (ip.tls(TlsMode::VerifyFull).root_certificate(&ca), name),
    ];
    for (config, reason) in bad {
        let shown = format!("{config:?}");
        let error = Db::connect(config).await.expect_err(&shown);
        assert_eq!(error.kind(), ErrorKind::Tls, "{shown}: {error}");
        assert!(error.to_string().contains(reason), "{shown}: {error}");
    }
}

// psql takes it, so the reason must not be left to guessing.
#[tokio::test]
async fn a_certificate_that_is_its_own_authority_is_refused_with_the_reason() {
    let (server, _) = encrypted_server();
    self_signed(server.directory(), "TRUE");
    server.restart();
    let own = server.directory().join("server.pem");
    for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let config = at(&server, "localhost").tls(mode).root_certificate(&own);
        let error = Db::connect(config).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        assert!(error.to_string().contains("`CA:TRUE`"), "{error}");
        let source = std::error::Error::source(&error).expect("what rustls said");
        assert!(source.to_string().contains("CaUsedAsEndEntity"), "{source}");
    }
    // That it signed itself is not the fault.
    self_signed(server.directory(), "FALSE");
    server.restart();
    for mode in [TlsMode::VerifyCa, TlsMode::VerifyFull] {
        let config = at(&server, "localhost").tls(mode).root_certificate(&own);
        let db = Db::connect(config).await.unwrap();
        assert_eq!(number(&db, ENCRYPTED).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn the_url_chooses_mode_and_root_certificate() {
    let (server, ca) = encrypted_server();
    let url = format!(
        "postgres://postgres@localhost:{}/postgres?sslmode=verify-full&sslrootcert={}",
        server.port(),
        ca.display()
    );
    let db = Db::connect(url.parse().unwrap()).await.unwrap();
    assert_eq!(number(&db, ENCRYPTED).await.unwrap(), 1);
}

// SCRAM bound to the certificate: whoever stands between the two is found out.
#[tokio::test]
async fn a_password_is_proved_to_the_server_of_the_certificate() {
    let (server, ca) = encrypted_server();
    let admin = Db::connect(server.url_of("postgres").parse().unwrap())
        .await
        .unwrap();
    run(&admin, "CREATE ROLE bound LOGIN PASSWORD 'scram'")
        .await
        .unwrap();
    let url = |channel_binding: &str| {
        format!(
            "postgres://bound:scram@localhost:{}/postgres?sslmode=verify-full&sslrootcert={}\
             &channel_binding={channel_binding}",
            server.port(),
            ca.display(),
        )
    };
    for channel_binding in ["require", "prefer", "disable"] {
        let db = Db::connect(url(channel_binding).parse().unwrap())
            .await
            .expect(channel_binding);
        assert_eq!(number(&db, ENCRYPTED).await.unwrap(), 1);
    }
}

// The request travels on a connection of its own, encrypted alike.
#[tokio::test]
async fn a_dropped_statement_is_cancelled_over_tls() {
    let (server, ca) = encrypted_server();
    let rule = "hostssl all all 127.0.0.1/32 trust\nlocal all all trust\n";
    std::fs::write(server.directory().join("pg_hba.conf"), rule).unwrap();
    server.restart();
    let config = at(&server, "localhost")
        .tls(TlsMode::VerifyFull)
        .root_certificate(&ca);
    let options = orm_core::exec::PoolOptions::new().max(1);
    let db = Db::connect(config.pool(options)).await.unwrap();
    let watcher = Db::connect(server.url_of("postgres").parse().unwrap())
        .await
        .unwrap();
    let before = crate::support::pid(&db).await;
    tokio::select! {
        _ = run(&db, "SELECT pg_sleep(1000)") => panic!("it sleeps long"),
        () = until_running(&watcher, "pg_sleep(1000)") => {}
    }
    assert_eq!(crate::support::pid(&db).await, before);
}

#[tokio::test]
async fn a_server_without_tls_is_used_plainly_or_refused() {
    let port = server::shared().port();
    let config = Config::new()
        .host("127.0.0.1")
        .port(port)
        .database("postgres");
    let db = Db::connect(config.clone()).await.unwrap();
    assert_eq!(number(&db, ENCRYPTED).await.unwrap(), 0);
    let verified = config.clone().tls(TlsMode::VerifyFull);
    for config in [config.tls(TlsMode::Require), verified] {
        let error = Db::connect(config).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls);
        let text = error.to_string();
        assert!(
            text.contains("offers no TLS: switch on its `ssl`"),
            "{text}"
        );
        // Who asks for more is not led to the mode that takes whatever comes.
        assert!(!text.contains("prefer"), "{text}");
    }
}

#[tokio::test]
async fn a_root_certificate_that_cannot_be_read_is_a_configuration_error() {
    let config = Config::new()
        .tls(TlsMode::VerifyFull)
        .root_certificate("/nonexistent.pem");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("/nonexistent.pem"), "{error}");
}
