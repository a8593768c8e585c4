//! Writing connection URLs that tokio-postgres and libpq both read.

use std::net::SocketAddr;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use crate::Address;

const DEFAULT_PORT: u16 = 5432;

/// The URL of one database of the server that `config` describes.
///
/// User, password, first host and port, `options` and `sslmode` are kept; what
/// else a `DATABASE_URL` may hold concerns a program, not its tests.
pub(crate) fn of_database(config: &Config, database: &str) -> String {
    let port = first_port(config);
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => {
            let host = if host.contains(':') {
                format!("[{host}]")
            } else {
                encode(host.as_bytes())
            };
            write(config, &format!("{host}:{port}"), database, Vec::new())
        }
        #[cfg(unix)]
        Some(Host::Unix(directory)) => {
            use std::os::unix::ffi::OsStrExt;
            let mut query = vec![format!("host={}", encode(directory.as_os_str().as_bytes()))];
            if port != DEFAULT_PORT {
                query.push(format!("port={port}"));
            }
            write(config, "", database, query)
        }
        None => write(config, "", database, Vec::new()),
    }
}

/// The URL of one database, reached through something that listens at `via`.
pub(crate) fn of_database_via(config: &Config, via: SocketAddr, database: &str) -> String {
    write(config, &via.to_string(), database, Vec::new())
}

/// Where the server listens.
pub(crate) fn address(config: &Config) -> Address {
    let port = first_port(config);
    match config.get_hosts().first() {
        Some(Host::Tcp(host)) => Address::Tcp(format!("{host}:{port}")),
        #[cfg(unix)]
        Some(Host::Unix(directory)) => Address::Socket(directory.join(format!(".s.PGSQL.{port}"))),
        None => Address::Socket(PathBuf::new()),
    }
}

fn first_port(config: &Config) -> u16 {
    config.get_ports().first().copied().unwrap_or(DEFAULT_PORT)
}

fn write(config: &Config, host: &str, database: &str, mut query: Vec<String>) -> String {
    let mut user = config
        .get_user()
        .map_or_else(String::new, |u| encode(u.as_bytes()));
    if let Some(password) = config.get_password() {
        user.push(':');
        user.push_str(&encode(password));
    }
    if !user.is_empty() {
        user.push('@');
    }
    if let Some(options) = config.get_options() {
        query.push(format!("options={}", encode(options.as_bytes())));
    }
    match config.get_ssl_mode() {
        SslMode::Disable => query.push("sslmode=disable".into()),
        SslMode::Require => query.push("sslmode=require".into()),
        // `prefer` is what both libraries do by themselves.
        _ => {}
    }
    let mark = if query.is_empty() { "" } else { "?" };
    let database = encode(database.as_bytes());
    let query = query.join("&");
    format!("postgresql://{user}{host}/{database}{mark}{query}")
}

/// Percent-encodes everything but the characters that are safe in every part of
/// a URL.
fn encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(given: &str, database: &str) -> String {
        of_database(&given.parse().unwrap(), database)
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_directory_goes_into_the_query_and_comes_back() {
        let mut config = Config::new();
        config.user("postgres").host_path("/tmp/a b").port(5432);
        let url = of_database(&config, "one");
        assert_eq!(url, "postgresql://postgres@/one?host=%2Ftmp%2Fa%20b");

        let read: Config = url.parse().unwrap();
        assert_eq!(read.get_hosts(), [Host::Unix("/tmp/a b".into())]);
        assert_eq!(read.get_dbname(), Some("one"));
        assert_eq!(read.get_user(), Some("postgres"));
        assert_eq!(
            address(&read),
            Address::Socket("/tmp/a b/.s.PGSQL.5432".into())
        );
    }

    #[test]
    fn only_the_database_of_a_url_is_exchanged() {
        assert_eq!(
            url(
                "postgres://ann:p%40ss@db.example:6543/app?sslmode=require",
                "one"
            ),
            "postgresql://ann:p%40ss@db.example:6543/one?sslmode=require"
        );
        assert_eq!(
            url(
                "host=localhost user=ann dbname=app options='-c geqo=off'",
                "one"
            ),
            "postgresql://ann@localhost:5432/one?options=-c%20geqo%3Doff"
        );
    }

    #[test]
    fn an_ipv6_host_keeps_its_brackets() {
        let written = url("postgres://ann@[::1]:6543/app", "one");
        let read: Config = written.parse().unwrap();
        assert_eq!(read.get_hosts(), [Host::Tcp("::1".into())]);
        assert_eq!(read.get_ports(), [6543]);
    }

    #[test]
    fn a_detour_changes_host_and_port_only() {
        let config = "postgres://ann:pw@db:6543/app".parse().unwrap();
        let via = "127.0.0.1:7000".parse().unwrap();
        assert_eq!(
            of_database_via(&config, via, "one"),
            "postgresql://ann:pw@127.0.0.1:7000/one"
        );
    }
}
