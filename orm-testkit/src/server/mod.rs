//! A server: found, or started and thrown away.

pub(crate) mod account;
pub(crate) mod find;
mod start;
mod watch;

use std::env;
use std::fmt;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use tokio_postgres::Config;

use self::find::{Binaries, Version};
use self::watch::Watchdog;
use crate::{Address, Error, blocking, connection, npm, sweep, url};

/// The server's log, in its directory.
const LOG_FILE: &str = "server.log";

/// How long the first connection to a `DATABASE_URL` may take, together with
/// the removal of what dead processes left there.
const REACH_LIMIT: Duration = Duration::from_secs(15);

/// A PostgreSQL server for tests and examples.
///
/// A private server is stopped and removed when it is dropped, and when its
/// process ends in any way: by `exit`, by a panic, by a signal.
///
/// ```
/// use orm_testkit::Server;
///
/// # fn main() -> Result<(), orm_testkit::Error> {
/// let server = Server::builder().setting("max_connections", "20").start()?;
/// assert!(server.url("postgres").starts_with("postgresql://postgres@"));
/// server.stop()?;
/// # Ok(())
/// # }
/// ```
pub struct Server {
    origin: Origin,
    private: Option<Private>,
}

/// What it takes to create and to drop databases in a server.
#[derive(Clone)]
pub(crate) struct Origin {
    /// With the database from which others are created.
    pub(crate) config: Config,
    /// What `CREATE DATABASE` says about how to copy, if anything.
    pub(crate) strategy: &'static str,
}

/// What we started ourselves.
struct Private {
    directory: PathBuf,
    /// Behind a lock, because a `Server` is shared and stopping changes it.
    watchdog: Mutex<Watchdog>,
}

/// The server of this process: the first call finds or starts it, as
/// [`Server::find_or_start`] does, all others get the same one.
///
/// # Errors
///
/// Those of [`Server::find_or_start`]; the same one every time.
pub fn server() -> Result<&'static Server, Error> {
    static SERVER: OnceLock<Result<Server, Error>> = OnceLock::new();
    SERVER
        .get_or_init(Server::find_or_start)
        .as_ref()
        .map_err(Error::clone)
}

impl Server {
    /// Takes the server that `DATABASE_URL` names or else starts a private one.
    ///
    /// Blocks: for a connection, for the second that a start takes, and once per
    /// machine for a download if there is no PostgreSQL but npm.
    ///
    /// # Errors
    ///
    /// [`Error::Unreachable`] or [`Error::DatabaseUrl`] if `DATABASE_URL` is set
    /// and of no use; it is never passed over. Otherwise those of
    /// [`ServerBuilder::start`].
    pub fn find_or_start() -> Result<Self, Error> {
        match env::var("DATABASE_URL") {
            Ok(url) if !url.is_empty() => Self::connect(&url),
            Err(env::VarError::NotUnicode(_)) => Err(Error::DatabaseUrl),
            _ => Self::builder().start(),
        }
    }

    /// Prepares a private server with settings of its own, for a test that must
    /// not share one: of limits, of the log, of lost connections.
    pub fn builder() -> ServerBuilder {
        ServerBuilder::default()
    }

    fn connect(url: &str) -> Result<Self, Error> {
        let config: Config = url.parse().map_err(|_| Error::DatabaseUrl)?;
        let admin = config.clone();
        let swept = blocking::run(REACH_LIMIT, async move {
            let client = connection::open(&admin).await?;
            sweep::run(&client).await;
            Ok(())
        });
        let timed_out = || Error::TimedOut {
            action: "reach the server that `DATABASE_URL` names".into(),
            limit: REACH_LIMIT,
        };
        swept
            .ok_or_else(timed_out)?
            .map_err(|source| Error::Unreachable {
                source: Arc::new(source),
            })?;
        let strategy = "";
        Ok(Server {
            origin: Origin { config, strategy },
            private: None,
        })
    }

    /// The URL of one of the server's databases, in a form that tokio-postgres
    /// and libpq's tools both read.
    ///
    /// It holds the password if `DATABASE_URL` does: it is not for printing.
    pub fn url(&self, database: &str) -> String {
        url::of_database(&self.origin.config, database)
    }

    /// As [`url`](Self::url), but through something that listens at `via` and
    /// forwards to [`address`](Self::address), a proxy for example.
    pub fn url_via(&self, via: SocketAddr, database: &str) -> String {
        url::of_database_via(&self.origin.config, via, database)
    }

    /// The URL of the database from which others are created.
    pub fn admin_url(&self) -> String {
        // Without a name in the URL, PostgreSQL takes the user's.
        let named = self
            .origin
            .config
            .get_dbname()
            .or(self.origin.config.get_user());
        self.url(named.unwrap_or("postgres"))
    }

    /// Where the server listens.
    pub fn address(&self) -> Address {
        url::address(&self.origin.config)
    }

    /// Whether the testkit started the server for this process alone.
    pub fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// The directory of a private server: its data, its socket, its log.
    pub fn directory(&self) -> Option<&Path> {
        self.private.as_ref().map(|private| &*private.directory)
    }

    /// What a private server has written to its log. Together with
    /// `.setting("log_statement", "all")` it shows what the server was sent.
    ///
    /// # Errors
    ///
    /// [`Error::NotOurs`] for a server that `DATABASE_URL` names, [`Error::Io`]
    /// after [`stop`](Self::stop).
    pub fn log(&self) -> Result<String, Error> {
        let what = "the log";
        let directory = self.directory().ok_or(Error::NotOurs { what })?;
        let file = directory.join(LOG_FILE);
        let bytes = fs::read(&file).map_err(Error::io("read", &file))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Stops a private server at once, without regard for its clients, and
    /// removes its directory. Nothing happens to one that `DATABASE_URL` names.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] if it does not stop in time.
    pub fn stop(&self) -> Result<(), Error> {
        let Some(private) = &self.private else {
            return Ok(());
        };
        let mut watchdog = private
            .watchdog
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        watchdog.stop().map_err(Error::os("stop the server"))
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }
}

/// Without the connection's parts: one of them may be a password.
impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("address", &self.address())
            .field("private", &self.is_private())
            .finish()
    }
}

/// A private server to be: see [`Server::builder`].
#[derive(Debug, Clone, Default)]
#[must_use = "nothing starts before `start`"]
pub struct ServerBuilder {
    settings: Vec<(String, String)>,
}

impl ServerBuilder {
    /// Sets one of PostgreSQL's own settings, as `-c name=value` does. The last
    /// one of a name wins, also over the testkit's; only where the server
    /// listens cannot be changed.
    pub fn setting(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.settings.push((name.into(), value.into()));
        self
    }

    /// Starts the server and waits until it accepts connections. `DATABASE_URL`
    /// is not looked at.
    ///
    /// Its files are in memory on Linux, if `/dev/shm` has 4 GiB free, else in the
    /// temporary directory; where `TMPDIR` says so, in any case.
    ///
    /// # Errors
    ///
    /// [`Error::NoPostgres`], [`Error::PgBin`] or [`Error::Npm`] if there are no
    /// programs to start, [`Error::Start`] with the end of the server's log if
    /// it does not come up.
    pub fn start(self) -> Result<Server, Error> {
        let binaries = binaries()?;
        let strategy = strategy(binaries.version);
        let (config, private) = start::start(binaries, &self.settings)?;
        Ok(Server {
            origin: Origin { config, strategy },
            private: Some(private),
        })
    }
}

/// Copying files takes checkpoints, which cost nothing in a cluster that syncs
/// nothing: twenty copies at a time are three times as fast as by the log,
/// PostgreSQL's own choice since there is one.
fn strategy(version: Version) -> &'static str {
    if version >= Version(15, 0) {
        "STRATEGY FILE_COPY"
    } else {
        ""
    }
}

/// The programs: `$PG_BIN`, or the newest installed ones, or those from npm.
/// Looked for once per process.
fn binaries() -> Result<Binaries, Error> {
    static BINARIES: OnceLock<Result<Binaries, Error>> = OnceLock::new();
    BINARIES.get_or_init(find_binaries).clone()
}

fn find_binaries() -> Result<Binaries, Error> {
    if let Some(value) = env::var_os("PG_BIN").filter(|value| !value.is_empty()) {
        return match value.to_str().map(|value| value.split_once(':')) {
            Some(Some(("npm", major))) => npm::binaries(Some(major)),
            _ if value == "npm" => npm::binaries(None),
            _ => find::given(value.into()),
        };
    }
    match find::newest_installed() {
        Some(found) => Ok(found),
        None => npm::binaries(None),
    }
}

/// One of PostgreSQL's programs, `initdb` or `pg_dump`, from where the servers
/// of this process have theirs; of `npm` there are those that a server needs.
///
/// # Errors
///
/// [`Error::NoPostgres`], [`Error::PgBin`] or [`Error::Npm`] if there are none.
pub fn program(name: &str) -> Result<PathBuf, Error> {
    Ok(find::program(&binaries()?.directory, name))
}
