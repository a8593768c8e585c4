//! Where a database is, as far as it may be shown.
//!
//! A password in the wrong place (a whole URL in `DB_HOST`, an unescaped `@`)
//! ends up in a host, a user or a database. So what is shown in their place has
//! to look like one.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::error::{Error, Result, Target};

/// Shown in place of something that may hold a password.
const HIDDEN: &str = "(not shown)";

/// Refuses hosts that are neither a name, a number nor a directory, and texts that no
/// server takes.
///
/// # Errors
///
/// Fails without quoting them.
pub(in crate::exec) fn check(config: &Config) -> Result<()> {
    // The driver would say so after it has connected, and without saying where.
    let texts = [
        config.get_user(),
        config.get_dbname(),
        config.get_options(),
        config.get_application_name(),
    ];
    let password = config.get_password().unwrap_or_default();
    if password.contains(&0) || texts.into_iter().flatten().any(|it| it.contains('\0')) {
        return Err(Error::config(
            "there is a NUL in the user, the password, the database, the options or the application \
             name, which no server takes: leave it out (`%00` in a URL)",
        ));
    }
    // Beside a number a host is a name only, which not everybody asks for.
    if config.get_hostaddrs().is_empty() && config.get_hosts().iter().any(is_empty) {
        return Err(Error::config(
            "the database host is empty: name one before the port, and before and behind each comma",
        ));
    }
    if config.get_hosts().iter().all(is_plausible) {
        return Ok(());
    }
    Err(Error::config(
        "the database host is no host name, address or socket directory: give only the host, and \
         percent-encode special characters (`@` as %40) of the password in a URL",
    ))
}

/// Where connections go, for messages.
pub(in crate::exec) fn target(config: &Config) -> Target {
    let user = config.get_user().unwrap_or_default();
    let database = config.get_dbname().unwrap_or(user);
    Target {
        address: addresses(config).into(),
        user: shown(user, &[':']).into(),
        database: shown(database, &[':', '@', '/', '=']).into(),
        keeps_sessions: false,
    }
}

fn addresses(config: &Config) -> String {
    let ports = config.get_ports();
    let addresses = config.get_hosts().iter().enumerate().map(|(i, host)| {
        let port = ports.get(i).or(ports.first()).unwrap_or(&5432);
        match host {
            host if !is_plausible(host) => HIDDEN.to_owned(),
            Host::Tcp(name) => format!("{name}:{port}"),
            #[cfg(unix)]
            Host::Unix(path) => format!("{} (port {port})", path.display()),
        }
    });
    addresses.collect::<Vec<_>>().join(", ")
}

fn is_empty(host: &Host) -> bool {
    matches!(host, Host::Tcp(name) if name.is_empty())
}

fn is_plausible(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name.chars()
                .all(|it| it.is_alphanumeric() || matches!(it, '.' | '-' | '_'))
                || is_ipv6(name)
        }
        #[cfg(unix)]
        Host::Unix(path) => !path.to_string_lossy().contains([':', '@']),
    }
}

/// `fe80::1` or `fe80::1%eth0`.
fn is_ipv6(name: &str) -> bool {
    let (address, zone) = name.split_once('%').unwrap_or((name, ""));
    address.parse::<Ipv6Addr>().is_ok() && zone.chars().all(char::is_alphanumeric)
}

/// `name`, unless it holds what separates the parts of a URL.
fn shown<'n>(name: &'n str, separators: &[char]) -> Cow<'n, str> {
    if name.contains(separators) {
        Cow::Borrowed(HIDDEN)
    } else {
        Cow::Borrowed(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_names_numbers_and_directories() {
        for host in [
            "localhost",
            "db-1.example_x.com",
            "10.0.0.7",
            "::1",
            "fe80::1%eth0",
            "bücher.example",
            "/run/postgresql",
        ] {
            assert!(check(Config::new().host(host)).is_ok(), "{host}");
        }
        for host in [
            "u:p@h",
            "p@h",
            "h:5432",
            "postgres://h",
            "host=h",
            "a b",
            "/x:p@h",
        ] {
            assert!(check(Config::new().host(host)).is_err(), "{host}");
        }
    }

    #[test]
    fn a_nul_is_refused_wherever_it_is() {
        let mut with = [const { Config::new }; 5].map(|it| it());
        with[0].user("a\0");
        with[1].password("a\0");
        with[2].dbname("a\0");
        with[3].options("a\0");
        with[4].application_name("a\0");
        for config in with {
            let error = check(&config).unwrap_err();
            assert!(error.to_string().contains("a NUL"), "{error}");
        }
    }
}
