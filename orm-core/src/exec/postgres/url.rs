//! Database URLs: the driver's, with libpq's certificate options added, and those
//! about poolers and schemas.

use std::error::Error as _;
use std::net::IpAddr;
use std::path::PathBuf;

use percent_encoding::percent_decode_str;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::address;
use super::pooler::Pooler;
use super::tls::{TlsMode, TlsOptions};
use crate::error::{Error, Result};

/// Splits off the options that are ours; the driver reads the rest.
///
/// No error quotes the URL or any part of it that is not an option we know:
/// a password with an unescaped `@` or `?` could be anywhere in it.
pub(in crate::exec) fn parse(url: &str) -> Result<Parts> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(Error::config(match cfg!(feature = "sqlite") {
            true => {
                "the database URL must start with `postgres://` or `postgresql://`, or with `sqlite:` \
                 before the file of a SQLite database, as in `sqlite:shop.db`"
            }
            false => "the database URL must start with `postgres://` or `postgresql://`",
        }));
    }
    if url.trim_end() != url {
        return Err(Error::config(
            "the database URL ends in white space, such as the line break of the file that it was \
             read from: take it off",
        ));
    }
    if !is_unambiguous(url) {
        return Err(unreadable());
    }
    let (rest, mut parts) = split_own_options(url)?;
    parts.driver = rest.parse().map_err(|error| unread(&error))?;
    if parts.driver.get_ports().contains(&0) {
        return Err(no_port());
    }
    fill_in(&mut parts.driver);
    address::check(&parts.driver)?;
    Ok(parts)
}

/// What a URL says.
#[derive(Default)]
pub(in crate::exec) struct Parts {
    pub(in crate::exec) driver: Config,
    pub(in crate::exec) tls: TlsOptions,
    pub(in crate::exec) pooler: Pooler,
    pub(in crate::exec) schema: Option<String>,
}

/// Whether every reader of the URL would find the same host in it.
///
/// A password with an unescaped `@`, `/`, `?` or `#` has its end where a host
/// is looked for. Such a URL has a second `@`, or one behind the address.
fn is_unambiguous(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at(end);
    authority.matches('@').count() <= 1 && !behind.contains(['@', '#'])
}

/// Options whose values the driver judges, and what it takes.
const VALUES: &[(&str, &str)] = &[
    ("target_session_attrs", "`any`, `read-write` or `read-only`"),
    ("channel_binding", "`disable`, `prefer` or `require`"),
    ("load_balance_hosts", "`disable` or `random`"),
    ("sslnegotiation", "`postgres` or `direct`"),
    ("hostaddr", "addresses in numbers, with commas between"),
    ("connect_timeout", "a number of seconds"),
    ("tcp_user_timeout", "a number of seconds"),
    ("keepalives", "`0` or `1`"),
    ("keepalives_idle", "a number of seconds"),
    ("keepalives_interval", "a number of seconds"),
    ("keepalives_retries", "a number"),
];

/// What the driver could not read, where it names an option that holds no secret.
fn unread(error: &tokio_postgres::Error) -> Error {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let is_blamed = |name: &str| said == format!("invalid value for option `{name}`");
    match VALUES.iter().find(|(name, _)| is_blamed(name)) {
        Some((name, expected)) => Error::config(format!(
            "the option `{name}` of the database URL is not understood: expected {expected}"
        )),
        None if is_blamed("port") => no_port(),
        // Its name may be a part of the password.
        None if said.starts_with("unknown option") => Error::config(
            "the database URL has an option behind `?` that is not known: look at its spelling, \
             or leave it out",
        ),
        None => unreadable(),
    }
}

fn no_port() -> Error {
    Error::config(
        "the port of the database URL is no number from 1 to 65535: write it behind the host and a \
         colon, or leave it out with its colon for 5432",
    )
}

fn unreadable() -> Error {
    Error::config(
        "the database URL cannot be read: expected postgres://user:password@host:port/database, \
         with special characters of the password percent-encoded",
    )
}

fn split_own_options(url: &str) -> Result<(String, Parts)> {
    let mut parts = Parts::default();
    let Some((base, query)) = url.split_once('?') else {
        return Ok((url.to_owned(), parts));
    };
    let names = |key: &str| {
        let mut options = query.split('&').filter_map(|it| it.split_once('='));
        options.any(|(name, value)| name == key && !value.is_empty())
    };
    let (base, address) = match names("host") || names("port") {
        true => without_address(base),
        false => (base.to_owned(), Vec::new()),
    };
    let mut options = Vec::new();
    for (key, value) in address.iter().filter(|(key, _)| !names(key)) {
        options.push(format!("{key}={value}"));
    }
    for option in query.split('&').filter(|it| !it.is_empty()) {
        if !parts.take(option)? {
            options.push(option.to_owned());
        }
    }
    let trusts_system = query.split('&').any(|it| it == "sslrootcert=system");
    if trusts_system && !names("sslmode") {
        parts.tls.mode = TlsMode::VerifyFull;
    }
    // Anybody has a certificate that some authority of the system's signed.
    if trusts_system && parts.tls.mode != TlsMode::VerifyFull {
        return Err(Error::config(
            "`sslrootcert=system` of the database URL goes with `sslmode=verify-full`",
        ));
    }
    // The driver takes one host at a time.
    let one_by_one = |option: String| match option.strip_prefix("host=") {
        Some(hosts) => hosts.split(',').map(|it| format!("host={it}")).collect(),
        None => vec![option],
    };
    let options: Vec<String> = options.into_iter().flat_map(one_by_one).collect();
    match options.is_empty() {
        true => Ok((base, parts)),
        false => Ok((format!("{base}?{}", options.join("&")), parts)),
    }
}

/// A URL without hosts and ports, and these as options. A `host` or a `port` behind the `?`
/// takes the place of the one before it, as libpq has it; the driver would take both.
fn without_address(base: &str) -> (String, Vec<(&'static str, String)>) {
    let (scheme, rest) = base.split_once("://").unwrap_or(("", base));
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let (user, address) = match authority.rsplit_once('@') {
        Some((user, address)) => (format!("{user}@"), address),
        None => (String::new(), authority),
    };
    let places = address.split(',').map(|it| match it.strip_prefix('[') {
        Some(number) => number.split_once(']').unwrap_or((number, "")),
        None => it.split_at(it.find(':').unwrap_or(it.len())),
    });
    let (hosts, ports): (Vec<&str>, Vec<&str>) = places.unzip();
    let ports: Vec<_> = ports.iter().map(|it| it.trim_start_matches(':')).collect();
    let said = [("host", hosts.join(",")), ("port", ports.join(","))];
    let said = said
        .into_iter()
        .filter(|(_, it)| it.contains(|it| it != ','));
    (format!("{scheme}://{user}{path}"), said.collect())
}

impl Parts {
    /// Reads `option` if it is one of ours, and says whether it was.
    fn take(&mut self, option: &str) -> Result<bool> {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        let value = || {
            let value = percent_decode_str(value).decode_utf8();
            value.map_err(|_| unreadable())
        };
        match key {
            // No file, but what is trusted without one.
            "sslrootcert" if value()? == "system" => self.tls.root_cert = None,
            "sslrootcert" => self.tls.root_cert = Some(PathBuf::from(&*value()?)),
            "sslmode" => {
                self.tls.mode = TlsMode::parse(&value()?).ok_or_else(|| {
                    Error::config(
                        "unknown `sslmode` in the database URL: expected `disable`, `prefer`, \
                         `require`, `verify-ca` or `verify-full`",
                    )
                })?;
            }
            "pooler" => {
                self.pooler = Pooler::parse(&value()?).ok_or_else(|| {
                    Error::config(
                        "unknown `pooler` in the database URL: expected `transaction`, `session` \
                         for one that keeps sessions, or `none`",
                    )
                })?;
            }
            "pgbouncer" => match &*value()? {
                "true" => self.pooler = Pooler::Transaction,
                "false" => {}
                _ => {
                    return Err(Error::config(
                        "unknown `pgbouncer` in the database URL: expected `true` or `false`",
                    ));
                }
            },
            "schema" => self.schema = Some(value()?.into_owned()),
            _ => return not_foreign(key).map(|()| false),
        }
        Ok(true)
    }
}

/// Refuses the options that other programs have and this one has not, by their names,
/// which hold no secret.
fn not_foreign(key: &str) -> Result<()> {
    for (names, instead) in FOREIGN {
        if let Some(name) = names.iter().find(|it| **it == key) {
            return Err(Error::config(format!(
                "the database URL has the option `{name}`, which is not understood: {instead}"
            )));
        }
    }
    Ok(())
}

/// Options of libpq, and of programs that share a URL with ours, and what to do instead.
const FOREIGN: &[(&[&str], &str)] = &[
    (
        &["connection_limit", "pool_max_conns", "pool_size"],
        "leave it out, and say it with `PoolOptions::max`",
    ),
    (
        &["pool_timeout"],
        "leave it out, and say it with `PoolOptions::acquire`",
    ),
    (
        &["socket_timeout", "statement_timeout"],
        "leave it out, and say it with `Config::statement_timeout` or `Config::statement_deadline`",
    ),
    (
        &["statement_cache_size", "prepared_statements"],
        "leave it out, and say it with `PoolOptions::statements`",
    ),
    (
        &["search_path", "currentSchema"],
        "write `schema=name`, or `options=-c%20search_path%3Da,b` for several",
    ),
    (&["fallback_application_name"], "write `application_name`"),
    (
        &["passfile", "service", "servicefile"],
        "such files are not read: give the password in the URL or with `Config::password`",
    ),
    (
        &["sslcert", "sslkey", "sslpassword", "sslidentity"],
        "there are no certificates of clients: let the role have a password",
    ),
    (
        &[
            "sslcrl",
            "sslcrldir",
            "sslaccept",
            "sslsni",
            "sslcompression",
            "ssl_min_protocol_version",
            "ssl_max_protocol_version",
        ],
        "leave it out: how servers are checked is `sslmode` and `sslrootcert`",
    ),
    (
        &["gssencmode", "krbsrvname", "gsslib", "gssdelegation"],
        "leave it out: GSSAPI is not spoken",
    ),
    (&["client_encoding"], "leave it out: it is UTF-8 always"),
    (&["keepalives_count"], "write `keepalives_retries`"),
    (&["requiressl", "ssl"], "write `sslmode=require`"),
    (
        &["require_auth", "requirepeer", "sslcertmode", "replication"],
        "leave it out",
    ),
];

/// What a URL may leave out: host and user, as libpq has it.
fn fill_in(driver: &mut Config) {
    if driver.get_hosts().is_empty() && driver.get_hostaddrs().is_empty() {
        driver.host("localhost");
    }
    if driver.get_user().is_none() {
        driver.user("postgres");
    }
}

/// The same configuration at another address. The driver's hosts can only be
/// added to, so the rest is copied.
pub(in crate::exec) fn at_address(old: &Config, host: &str, port: u16) -> Config {
    let mut new = without_host(old);
    new.host(host).port(port);
    new
}

/// The same configuration for one host of several.
pub(in crate::exec) fn only_host(
    old: &Config,
    name: Option<&Host>,
    number: Option<IpAddr>,
    port: u16,
) -> Config {
    let mut new = without_host(old);
    new.ssl_mode(old.get_ssl_mode()).port(port);
    match name {
        Some(Host::Tcp(name)) => new.host(name),
        #[cfg(unix)]
        Some(Host::Unix(path)) => new.host_path(path),
        None => &mut new,
    };
    if let Some(number) = number {
        new.hostaddr(number);
    }
    new
}

fn without_host(old: &Config) -> Config {
    let mut new = Config::new();
    new.ssl_negotiation(old.get_ssl_negotiation())
        .keepalives(old.get_keepalives())
        .keepalives_idle(old.get_keepalives_idle())
        .load_balance_hosts(old.get_load_balance_hosts())
        .target_session_attrs(old.get_target_session_attrs())
        .channel_binding(old.get_channel_binding());
    if let Some(user) = old.get_user() {
        new.user(user);
    }
    if let Some(password) = old.get_password() {
        new.password(password);
    }
    if let Some(name) = old.get_dbname() {
        new.dbname(name);
    }
    if let Some(options) = old.get_options() {
        new.options(options);
    }
    if let Some(name) = old.get_application_name() {
        new.application_name(name);
    }
    if let Some(limit) = old.get_connect_timeout() {
        new.connect_timeout(*limit);
    }
    if let Some(limit) = old.get_tcp_user_timeout() {
        new.tcp_user_timeout(*limit);
    }
    if let Some(interval) = old.get_keepalives_interval() {
        new.keepalives_interval(interval);
    }
    if let Some(retries) = old.get_keepalives_retries() {
        new.keepalives_retries(retries);
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificate_options_are_ours_and_the_rest_is_the_drivers() {
        let Parts { driver, tls, .. } = parse(
            "postgres://app:pw@db/shop?sslmode=verify-full&application_name=a%20b&sslrootcert=%2Fetc%2Fca.pem",
        )
        .unwrap();
        assert_eq!(tls.mode, TlsMode::VerifyFull);
        assert_eq!(tls.root_cert, Some("/etc/ca.pem".into()));
        assert_eq!(driver.get_application_name(), Some("a b"));
        assert_eq!(driver.get_dbname(), Some("shop"));
    }

    #[test]
    fn the_systems_authorities_are_no_file() {
        for option in ["", "&sslmode=verify-full"] {
            let url = format!("postgres://h/d?sslrootcert=system{option}");
            let Parts { tls, .. } = parse(&url).unwrap();
            assert_eq!((tls.mode, tls.root_cert), (TlsMode::VerifyFull, None));
        }
        let weak = parse("postgres://h/d?sslmode=require&sslrootcert=system");
        let error = weak.err().unwrap().to_string();
        assert!(error.contains("verify-full"), "{error}");
    }

    #[test]
    fn poolers_and_schemas_are_told_as_other_programs_are_told() {
        for (option, pooler) in [
            ("pooler=transaction", Pooler::Transaction),
            ("pgbouncer=true", Pooler::Transaction),
            ("pooler=session", Pooler::Session),
            ("pooler=none", Pooler::None),
            ("pgbouncer=false", Pooler::None),
        ] {
            let url = format!("postgres://h/d?{option}&schema=a%20b&application_name=x");
            let parts = parse(&url).unwrap();
            assert_eq!(parts.pooler, pooler, "{option}");
            assert_eq!(parts.schema.as_deref(), Some("a b"));
            assert_eq!(parts.driver.get_application_name(), Some("x"));
        }
        assert!(parse("postgres://h/d?pooler=canary").is_err());
        assert!(parse("postgres://h/d?pgbouncer=canary").is_err());
    }

    // What is escaped may be anything; a colon needs no escape, as in libpq.
    #[test]
    fn a_password_may_hold_everything_that_is_escaped() {
        let Parts { driver, .. } = parse("postgres://a%40b:%40%2F%3F%23:%3A%25@h/d").unwrap();
        assert_eq!(driver.get_user(), Some("a@b"));
        assert_eq!(driver.get_password(), Some(&b"@/?#::%"[..]));
        let localhost = tokio_postgres::config::Host::Tcp("h".into());
        assert_eq!(driver.get_hosts(), [localhost]);
    }

    #[cfg(unix)]
    #[test]
    fn a_socket_directory_is_a_host() {
        let Parts { driver, .. } =
            parse("postgres:///shop?host=%2Frun%2Fpostgresql&user=me").unwrap();
        let socket = tokio_postgres::config::Host::Unix("/run/postgresql".into());
        assert_eq!(driver.get_hosts(), [socket]);
        assert_eq!(driver.get_user(), Some("me"));
    }

    // As libpq has it. Whoever writes a socket behind `localhost` must not reach that first.
    #[test]
    fn a_host_and_a_port_behind_the_question_mark_take_the_place_of_those_before_it() {
        for (url, hosts, ports) in [
            (
                "postgres://u:p@localhost:6432/d?host=/run/pg",
                "/run/pg",
                "6432",
            ),
            (
                "postgres://u:p@localhost/d?host=%2Frun%2Fpg&port=1",
                "/run/pg",
                "1",
            ),
            ("postgres://localhost?host=a,b", "a, b", ""),
            ("postgres://u@h/d?port=5433", "h", "5433"),
            ("postgres://u@h:1/d?application_name=x&port=2", "h", "2"),
            ("postgres://u@[::1]:1,h:2/d?port=3,4", "::1, h", "3, 4"),
            ("postgres://u@a:1,b:2/d?sslmode=disable", "a, b", "1, 2"),
            ("postgres:///d?port=5433", "localhost", "5433"),
            ("postgres://u@%2Frun%2Fpg/d?port=5433", "/run/pg", "5433"),
        ] {
            let Parts { driver, .. } = parse(url).unwrap();
            let shown = driver.get_hosts().iter().map(|it| match it {
                Host::Tcp(name) => name.clone(),
                #[cfg(unix)]
                Host::Unix(path) => path.display().to_string(),
            });
            let shown: Vec<_> = shown.collect();
            assert_eq!(shown.join(", "), hosts, "{url}");
            let shown: Vec<_> = driver.get_ports().iter().map(u16::to_string).collect();
            assert_eq!(shown.join(", "), ports, "{url}");
            assert_eq!(
                driver.get_password().is_some(),
                url.contains(":p@"),
                "{url}"
            );
        }
    }

    #[test]
    fn a_port_that_is_no_number_is_no_fault_of_the_password() {
        for address in [
            "h:5599x",
            "h:65536",
            "h:0",
            "h:-1",
            "a:1,b:canary",
            "[::1]:x",
        ] {
            for url in [
                format!("postgres://u:canary@{address}/d"),
                format!("postgres://u:canary@{address}/d?application_name=x"),
            ] {
                let error = parse(&url).err().unwrap().to_string();
                assert!(error.contains("no number from 1 to 65535"), "{error}");
                assert!(!error.contains("password") && !error.contains("canary"));
            }
        }
        let error = parse("postgres://u@h/d?port=canary").err().unwrap();
        assert!(error.to_string().contains("from 1 to 65535"), "{error}");
    }

    #[test]
    fn an_option_that_nobody_knows_is_told_from_a_url_that_cannot_be_read() {
        let error = parse("postgres://u:p@h/d?canary=1")
            .err()
            .unwrap()
            .to_string();
        assert!(
            error.contains("an option behind `?`") && !error.contains("canary"),
            "{error}"
        );
    }

    #[test]
    fn a_url_may_leave_out_host_and_user() {
        let Parts { driver, .. } = parse("postgres:///shop").unwrap();
        let localhost = tokio_postgres::config::Host::Tcp("localhost".into());
        assert_eq!(driver.get_hosts(), [localhost]);
        assert_eq!(driver.get_user(), Some("postgres"));
    }

    // Nobody means this computer by a comma too many, or a variable that is not set.
    #[test]
    fn an_empty_host_is_refused_at_once() {
        for url in [
            "postgres://u:canary@h:1,/shop",
            "postgres://u:canary@,h/shop",
            "postgres://u:canary@:55991/shop",
            "postgres://:55991",
            "postgres:///shop?host=a,,b",
        ] {
            let error = parse(url).err().expect(url).to_string();
            assert!(error.contains("host is empty"), "{url}: {error}");
            assert!(!error.contains("canary"), "{error}");
        }
        for url in [
            "postgres:///shop",
            "postgres://u:p@/shop",
            "postgres:///shop?port=5433",
            "postgres://:1/shop?hostaddr=127.0.0.1",
            "postgres://u@:1/shop?host=h",
        ] {
            assert!(parse(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn options_of_other_programs_are_refused_by_name() {
        for (names, instead) in FOREIGN {
            for name in *names {
                let error = parse(&format!("postgres://u:canary@h/d?{name}=canary"));
                let error = error.err().unwrap().to_string();
                assert!(error.contains(&format!("`{name}`")), "{error}");
                assert!(
                    error.ends_with(instead) && !error.contains("canary"),
                    "{error}"
                );
            }
        }
    }

    #[test]
    fn an_option_of_a_wrong_value_is_named_with_what_it_takes() {
        for (name, expected) in VALUES {
            let error = parse(&format!("postgres://u:canary@h/d?{name}=canary"));
            let error = error.err().unwrap().to_string();
            assert!(error.contains(&format!("`{name}`")), "{error}");
            assert!(
                error.ends_with(expected) && !error.contains("canary"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_line_break_behind_a_url_is_no_part_of_the_database() {
        for url in [
            "postgres://u:canary@h/d\n",
            "postgres://u:canary@h/d?sslmode=require ",
        ] {
            let error = parse(url).err().unwrap().to_string();
            assert!(error.contains("ends in white space"), "{error}");
        }
    }

    // A mistyped URL often has the password where the parser looks for
    // something else.
    #[test]
    fn no_error_quotes_the_url() {
        let urls = [
            "canary",
            "mysql://u:canary@h/d",
            "postgres://u:p@h:canary/d",
            "postgres://u:p@h/d?canary=1",
            "postgres://u:p@h/d?sslmode=canary",
            "postgres://u:p@h/d?pooler=canary",
            "postgres://u:p@h/d?pgbouncer=canary",
            "postgres://u:p@h/d?connect_timeout=canary",
            "postgres://u:p@h/d?canary",
            "postgres://u:canary%FF@h:x/d",
            "postgres://u:p@canary@h/d",
            "postgres://u:p@canary:5/x@h/d",
            "postgres://u:p/canary@h/d",
            "postgres://u:p?canary@h/d",
            "postgres://u:p#canary@h/d",
            "postgres://u:p@h/d#canary",
            "postgres://u:p@h/d?host=u:canary%40h",
            "postgres://u:p@u:canary%40h/d",
            "postgres://u:p@h/d?application_name=canary@x",
            "host=h password=canary",
            "POSTGRES://u:canary@h/d",
        ];
        for url in urls {
            let error = parse(url).err().unwrap();
            assert!(!format!("{error} {error:?}").contains("canary"), "{url}");
        }
    }
}
