//! Whatever a program is given to connect with, or to send: an answer, or a
//! typed error that shows nothing of it.

use std::error::Error as _;

use super::config::Config;
#[cfg(feature = "postgres")]
use super::postgres::{effect_of, may_write};
use crate::error::Error;
use crate::soup::soup;

const URL: &[&str] = &[
    "postgres://",
    "postgresql://",
    "@",
    ":",
    "/",
    "?",
    "&",
    "=",
    "#",
    "%",
    ",",
    "[::1]",
    "%40",
    "%FF",
    "%",
    "app",
    "127.0.0.1",
    "h",
    "5432",
    "65536",
    "password=",
    "sslpassword=",
    "user=",
    "host=",
    "hostaddr=",
    "port=",
    "dbname=",
    "sslmode=",
    "verify-full",
    "sslrootcert=",
    "options=",
    "-c%20",
    "connect_timeout=",
    "application_name=",
    "target_session_attrs=",
    "pooler=",
    "pgbouncer=true",
    "schema=",
    "channel_binding=",
    "load_balance_hosts=",
    "'",
    "\\",
    " ",
];

const SQL: &[&str] = &[
    "SELECT ",
    "set ",
    "SET LOCAL ",
    "set_config(",
    "BEGIN",
    "COMMIT",
    ";",
    "(",
    ")",
    "'",
    "\"",
    "E'",
    "U&'",
    "$$",
    "$a$",
    "/*",
    "*/",
    "--",
    "\n",
    "\\",
    "''",
    "pg_advisory_lock",
    "CREATE TEMP TABLE ",
    "LISTEN ",
    "DISCARD ALL",
    "WITH x AS (",
    "DO ",
    "$1",
    ",",
    "search_path",
    " = ",
    "PREPARE ",
    "DECLARE ",
    "COPY ",
    "EXPLAIN ANALYZE ",
    "BEGIN ATOMIC",
    "END",
];

/// Everything that could be printed of an error.
fn everything(error: &Error) -> String {
    let mut text = format!("{error} {error:?} {error:#?}");
    let mut source = error.source();
    while let Some(cause) = source {
        text += &format!(" {cause} {cause:?}");
        source = cause.source();
    }
    text
}

fn look(config: Result<Config, Error>, secret: &str) {
    let shown = match config {
        Ok(config) => {
            let _ = config.libpq_environment();
            let _ = config.postgres().map(|it| it.session(config.limits));
            format!("{config} {config:?} {config:#?}")
        }
        Err(error) => everything(&error),
    };
    assert!(!shown.contains(secret), "{shown}");
}

#[test]
fn urls() {
    bolero::check!().with_max_len(256).for_each(|bytes| {
        let text = soup(URL, bytes);
        // A word that no message has, where a program has put its password.
        let config = Config::from_url(&text);
        let _ = config.map(|it| {
            (
                it.libpq_environment(),
                it.to_string(),
                it.postgres().map(|at| at.session(it.limits)).is_ok(),
            )
        });
        look(
            Config::from_url(&format!("postgres://app:canary{text}@h/d")),
            "canary",
        );
        look(
            Config::from_url(&format!("postgres://h/d?{text}&password=canary")),
            "canary",
        );
        look(
            Config::from_url(&format!("host=h {text} password=canary")),
            "canary",
        );
    });
}

#[test]
fn environments() {
    const NAMES: [&str; 6] = [
        "DATABASE_URL",
        "DB_NAME",
        "DB_USER",
        "DB_PASS",
        "DB_HOST",
        "DB_PORT",
    ];
    bolero::check!().with_max_len(256).for_each(|bytes| {
        let values: Vec<String> = bytes.chunks(24).map(|part| soup(URL, part)).collect();
        let config = Config::from_lookup(|name| {
            let at = NAMES.iter().position(|it| *it == name);
            Ok(match name {
                "DB_PASS" => Some("hunter2".to_owned()),
                _ => at.and_then(|at| values.get(at).cloned()),
            })
        });
        look(config, "hunter2");
    });
}

#[cfg(feature = "postgres")]
#[test]
fn what_texts_leave_behind() {
    bolero::check!().with_max_len(512).for_each(|bytes| {
        let text = soup(SQL, bytes);
        let _ = effect_of(&text).allowed();
        let _ = may_write(&text);
        // What is said of a whole is said of its parts: nothing is hidden by
        // what stands behind it.
        let behind = effect_of(&format!("SET a = b; {text}"));
        assert!(behind.session, "{text:?}");
    });
}
