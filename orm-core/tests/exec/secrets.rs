//! No value, password or URL in any error, log or `Debug`, on any path.

use std::error::Error as _;
use std::sync::{Arc, Mutex};

use orm_core::Error;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db, Executor, Params};
use orm_core::types::Param;
use proptest::prelude::*;

use crate::server;

const CANARY: &str = "canary";

/// Everything a program could print of an error.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?} {:?}", error.violation());
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    text
}

// Each statement makes the server quote a value somewhere in its answer.
const LEAKY: &[&str] = &[
    "INSERT INTO t VALUES ($1, 1)",
    "UPDATE t SET name = $1 || $1 || $1",
    "INSERT INTO t VALUES ($1, NULL)",
    "INSERT INTO t VALUES ($1 || '2', -1)",
    "INSERT INTO child VALUES ($1 || '3')",
    "DELETE FROM t WHERE name = $1",
    "SELECT ($1::text)::int4",
    "SELECT ($1::text)::date",
    "SELECT ($1::text)::uuid",
    "SELECT ($1::text)::mood",
    "SELECT ($1::text)::jsonb",
    "SELECT ($1::text)::numeric",
    "SELECT ('[' || $1::text)::int4range",
    "SELECT to_date($1::text, 'YYYY')",
    "SELECT 'x' ~ ('(' || $1::text)",
    "SELECT decode($1::text, 'hex')",
    "INSERT INTO parts VALUES ($1)",
    "SELECT query_to_xml($1::text, true, true, '')",
];

const TABLES: &str = "CREATE TYPE mood AS ENUM ('good');
    CREATE TABLE t (name varchar(10) PRIMARY KEY, n int NOT NULL CHECK (n > 0));
    CREATE TABLE child (name varchar(10) REFERENCES t);
    CREATE TABLE parts (name text) PARTITION BY LIST (name);
    INSERT INTO t VALUES ('canary', 1);
    INSERT INTO child VALUES ('canary')";

#[tokio::test]
async fn no_error_of_a_statement_shows_a_value() {
    let printed = Arc::new(Mutex::new(String::new()));
    let sink = Arc::clone(&printed);
    let config = Config::from_url(&server::url().await).unwrap();
    let db = Db::connect(config).await.unwrap();
    db.executor().batch(TABLES).await.unwrap();
    let db = db.with_logger(move |event| *sink.lock().unwrap() += &format!("{event:?}"));
    for text in LEAKY {
        let params = [Param::from(CANARY)];
        let params = Params::from(&params);
        let error = db.executor().execute(text, params).await.unwrap_err();
        let shown = everything(&error);
        assert!(!shown.contains(CANARY), "{text}: {shown}");
    }
    let printed = printed.lock().unwrap();
    assert!(
        printed.contains("LogEvent") && !printed.contains(CANARY),
        "{printed}"
    );
}

#[tokio::test]
async fn no_error_of_connecting_shows_the_password_or_the_url() {
    let url = server::url().await;
    let ways = [
        url.replace("user=postgres", "user=locked"),
        "postgres:///d?host=%2Fnonexistent".to_owned(),
        "postgres://127.0.0.1:1/d".to_owned(),
        "postgres://no-such-host.invalid/d".to_owned(),
    ];
    for way in ways {
        let config: Config = way.parse().unwrap();
        let config = config.password(CANARY);
        assert!(!format!("{config} {config:?} {config:#?}").contains(CANARY));
        let error = Db::connect(config).await.unwrap_err();
        let shown = everything(&error);
        assert!(!shown.contains(CANARY), "{way}: {shown}");
        assert!(!shown.contains("postgres://"), "{way}: {shown}");
    }
}

#[tokio::test]
async fn a_host_that_is_no_host_is_refused_before_it_is_looked_up() {
    let config = Config::new().host("app:canary@127.0.0.1");
    let error = Db::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!everything(&error).contains(CANARY));
}

#[tokio::test]
async fn handles_show_neither_values_nor_the_password() {
    let config = Config::from_url(&server::url().await)
        .unwrap()
        .password(CANARY);
    let db = Db::connect(config).await.unwrap();
    let tx = db.begin().await.unwrap();
    let params = [Param::from(CANARY)];
    let params = Params::from(&params);
    let exec = tx.executor();
    let shown = format!("{db:?} {tx:?} {exec:?} {params:?}");
    assert!(!shown.contains(CANARY), "{shown}");
    let rows = exec.query("SELECT $1::text", params).await.unwrap();
    assert!(!format!("{rows:?}").contains(CANARY));
}

/// What programs write when they put a URL together from parts, unescaped.
fn url_with_secret() -> impl Strategy<Value = String> {
    let noise = "[a-z0-9@/?#:,=&%.\\[\\]+ -]{0,4}";
    let password = (noise, noise).prop_map(|(before, after)| format!("{before}{CANARY}{after}"));
    let user = prop_oneof![Just("app"), Just("app@corp"), Just("a%40b"), Just("")];
    let host = prop_oneof![
        Just("h"),
        Just("h:5433"),
        Just("[::1]"),
        Just("h,i:1"),
        Just("")
    ];
    let rest = prop_oneof![
        Just(""),
        Just("/d"),
        Just("/d?sslmode=require"),
        Just("?application_name=x"),
        Just("/d?host=%2Frun"),
    ];
    (user, password, host, rest).prop_map(|(user, password, host, rest)| {
        format!("postgres://{user}:{password}@{host}{rest}")
    })
}

proptest! {
    // Whatever stands around a password, it is a password or the URL is refused.
    #[test]
    fn no_text_shows_the_password_of_any_url(url in url_with_secret()) {
        let shown = match Config::from_url(&url) {
            Ok(config) => format!("{config} {config:?} {config:#?}"),
            Err(error) => everything(&error),
        };
        prop_assert!(!shown.contains(CANARY), "{url}: {shown}");
    }

    // The same in every variable and builder that takes one part only.
    #[test]
    fn a_url_in_the_wrong_place_is_not_shown(url in url_with_secret()) {
        let config = Config::new();
        for config in [config.clone().host(&url), config.clone().user(&url), config.database(&url)] {
            let shown = format!("{config} {config:?} {config:#?}");
            prop_assert!(!shown.contains(CANARY), "{url}: {shown}");
        }
    }
}
