//! With `DATABASE_URL`: this program again, against a server that this one
//! starts. What it creates there it drops there, and what a killed one leaves
//! the next one removes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use orm_testkit::{Error, Server, Template, TestDatabase, server};
use tokio_postgres::{Client, NoTls};

const ROLE: &str = "ORM_TESTKIT_ROLE";

/// The other process, which has a `DATABASE_URL`.
#[tokio::test]
async fn the_other_process() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    match role.as_str() {
        "uses_it" => uses_it().await,
        "finds_none" => println!("error: {:?}", server().unwrap_err()),
        "is_killed" => {
            let db = TestDatabase::create().await.unwrap();
            println!("made {}", db.name());
            std::future::pending::<()>().await;
        }
        "leaves_a_template" => {
            static TEMPLATE: Template = Template::new();
            let nothing = async |_url: String| Ok::<(), Error>(());
            TestDatabase::from_template(&TEMPLATE, nothing)
                .await
                .unwrap();
        }
        other => panic!("unknown role {other}"),
    }
}

async fn uses_it() {
    let server = server().unwrap();
    assert!(!server.is_private());
    assert_eq!(server.directory(), None);
    assert!(matches!(server.log(), Err(Error::NotOurs { .. })));
    assert!(!format!("{server:?}").contains("secret"));
    let db = TestDatabase::create().await.unwrap();
    db.connect()
        .await
        .unwrap()
        .batch_execute("CREATE TABLE t ()")
        .await
        .unwrap();
    println!("made {}", db.name());
    // Not ours to stop.
    server.stop().unwrap();
    assert_eq!(db.backend_count("nobody").await.unwrap(), 0);
}

fn other(role: &str, url: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "the_other_process", "--nocapture"])
        .env(ROLE, role)
        .env("DATABASE_URL", url)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// A user as a shared server has them: not a superuser, with a password.
async fn shared(server: &Server) -> (Client, String) {
    let (client, connection) = tokio_postgres::connect(&server.admin_url(), NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    let sql = "CREATE ROLE ann LOGIN CREATEDB PASSWORD 'secret'; CREATE DATABASE app OWNER ann";
    for statement in sql.split(';') {
        client.batch_execute(statement).await.unwrap();
    }
    let url = server.url("app").replace("postgres@", "ann:secret@");
    (client, url)
}

async fn databases(client: &Client) -> Vec<String> {
    let query = "SELECT datname::text FROM pg_database WHERE datname LIKE 'orm\\_test\\_%'";
    let rows = client.query(query, &[]).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

fn start_and_read_name(url: &str) -> (Child, String) {
    let mut process = other("is_killed", url).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let name = lines.find_map(|line| {
        let line = line.unwrap();
        line.split_once("made ").map(|(_, name)| name.to_owned())
    });
    (process, name.unwrap())
}

#[tokio::test]
async fn databases_are_created_in_it_and_dropped() {
    let server = Server::builder().start().unwrap();
    let (client, url) = shared(&server).await;
    let output = other("uses_it", &url).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert!(text(&output).contains("made orm_test_"));
    assert_eq!(databases(&client).await, Vec::<String>::new());
}

#[tokio::test]
async fn the_next_process_removes_what_a_killed_one_left_and_nothing_else() {
    let server = Server::builder().start().unwrap();
    let (client, url) = shared(&server).await;
    client
        .batch_execute("CREATE DATABASE orm_test_of_somebody")
        .await
        .unwrap();
    let (mut killed, left) = start_and_read_name(&url);
    let (mut living, in_use) = start_and_read_name(&url);
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(databases(&client).await.contains(&left));

    let output = other("uses_it", &url).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    let mut remaining = databases(&client).await;
    remaining.sort();
    let mut expected = [in_use, "orm_test_of_somebody".to_owned()];
    expected.sort();
    assert_eq!(remaining, expected);
    living.kill().unwrap();
    living.wait().unwrap();
}

#[tokio::test]
async fn a_template_is_removed_by_the_next_process() {
    let server = Server::builder().start().unwrap();
    let (client, url) = shared(&server).await;
    let output = other("leaves_a_template", &url).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(databases(&client).await.len(), 1);
    let output = other("uses_it", &url).output().unwrap();
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(databases(&client).await, Vec::<String>::new());
}

/// What stands around a password in a URL that was put together from parts.
const AROUND: [(&str, &str); 14] = [
    ("", ""),
    ("@", ""),
    ("", "@"),
    ("/", ""),
    ("", "/"),
    ("?", "x"),
    ("x", "?"),
    ("#", "#"),
    (":", ":"),
    ("=", "&"),
    ("%", "%zz"),
    ("[", "]"),
    (" ", " "),
    ("'", "\\"),
];

#[test]
fn no_error_shows_the_password_of_any_url() {
    let hosts = [
        "127.0.0.1:1",
        "[::1]:1",
        "no-such-host.invalid",
        "127.0.0.1:port",
        "",
    ];
    let rests = [
        "/app",
        "",
        "/app?sslmode=require",
        "/app?host=%2Fnonexistent",
    ];
    for (n, (before, after)) in AROUND.iter().cycle().take(28).enumerate() {
        let (host, rest) = (hosts[n % hosts.len()], rests[n % rests.len()]);
        let url = format!("postgresql://ann:{before}secret{after}@{host}{rest}");
        let output = text(&other("finds_none", &url).output().unwrap());
        assert!(output.contains("error: "), "{url}: {output}");
        assert!(!output.contains("secret"), "{url}: {output}");
    }
}

// It is an error and not a reason to start another server: the tests would run
// on something that nobody asked for.
#[test]
fn a_server_that_cannot_be_used_is_an_error_without_its_password() {
    for (url, expected) in [
        ("postgresql://ann:secret@127.0.0.1:1/app", "cannot be used"),
        (
            "postgresql://ann:secret@127.0.0.1:port/app",
            "not a PostgreSQL connection URL",
        ),
        ("mysql:secret", "not a PostgreSQL connection URL"),
    ] {
        let output = text(&other("finds_none", url).output().unwrap());
        assert!(output.contains(expected), "{output}");
        assert!(output.contains("help: "), "{output}");
        assert!(!output.contains("secret"), "{output}");
    }
}
