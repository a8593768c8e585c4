//! How to reach the database, and how to treat the connections to it.

use std::fmt;
#[cfg(feature = "postgres")]
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::log::{Log, LogEvent};
use super::pool_options::PoolOptions;
#[cfg(feature = "postgres")]
use super::postgres::{self, Pooler, TlsMode};
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::telemetry::Peer;
use crate::error::{Error, Result};
use crate::schema::Backend;

/// Everything [`Db::connect`](super::Db::connect) needs to know.
///
/// Neither `Debug` nor `Display` shows the password.
///
/// ```
/// use std::time::Duration;
/// use orm_core::exec::{Config, PoolOptions};
///
/// let config = Config::from_url("postgres://app:s3cret@db.example.com/shop?sslmode=verify-full")?
///     .pool(PoolOptions::new().max(20).min(2).acquire(Duration::from_secs(5)))
///     .statement_timeout(Duration::from_secs(30))
///     .application_name("shop");
/// assert_eq!(config.to_string(), "shop on db.example.com:5432 as app");
/// # Ok::<(), orm_core::Error>(())
/// ```
#[derive(Clone)]
pub struct Config {
    pub(super) place: Place,
    pub(super) pool: PoolOptions,
    pub(crate) log: Log,
    pub(super) limits: Limits,
    /// A method was called that is about another kind of database.
    misplaced: Option<&'static str>,
}

/// Where the database is, by its kind.
#[derive(Clone)]
pub(super) enum Place {
    #[cfg(feature = "postgres")]
    Postgres(Box<postgres::Server>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::File),
}

/// How long things may take.
#[derive(Clone, Copy, Default)]
pub(super) struct Limits {
    pub(super) statement: Option<Duration>,
    pub(super) lock: Option<Duration>,
    pub(super) idle_in_transaction: Option<Duration>,
    /// Of a statement, seen from here.
    pub(super) deadline: Option<Duration>,
}

#[cfg(feature = "postgres")]
impl Default for Config {
    fn default() -> Self {
        Self::new()
    }
}

/// A limit as a setting says it: zero would switch it off, and the server counts to
/// 24 days.
pub(crate) fn milliseconds(limit: Duration) -> u128 {
    limit.as_millis().clamp(1, i32::MAX.unsigned_abs().into())
}

impl Config {
    /// The article's defaults: database `storefront_db`, user `postgres`,
    /// password `supersecret`, at `localhost:5432`.
    #[cfg(feature = "postgres")]
    pub fn new() -> Self {
        Self::at(Place::Postgres(Box::new(postgres::Server::usual())))
    }

    /// Reads a `postgres://user:password@host:port/database?option=value` URL, or one
    /// of SQLite (features `sqlite`, `sqlite-bundled`).
    ///
    /// `sqlite:shop.db` is a file beside the program's working directory,
    /// `sqlite:///srv/shop.db` one anywhere; it is made if it is not there, unless
    /// `?mode=rw` or, for reading only, `?mode=ro` follows; `?immutable=1` says that nobody
    /// writes to it, which a folder that is not writable needs. `sqlite::memory:` is gone
    /// with its pool.
    ///
    /// The options of a server are libpq's: `sslmode`, `sslrootcert`, `application_name`,
    /// `connect_timeout`, `options`, `target_session_attrs`, `host` for a
    /// socket (`?host=%2Frun%2Fpostgresql`, in place of a host before it), and so on; `keepalives_idle`,
    /// `keepalives_interval` (in seconds) and `keepalives_retries` say when a silent connection is
    /// found to be dead, and `tcp_user_timeout` is in seconds, other than libpq's. Further,
    /// `schema=name` is [`schema`](Self::schema), and `pooler=transaction` or `pooler=session`
    /// is [`pooler`](Self::pooler); so is `pgbouncer=true`, as other programs call it.
    ///
    /// # Errors
    ///
    /// Fails if the URL cannot be read, or could be read in two ways because
    /// of a special character that is not percent-encoded. The error never
    /// quotes it.
    pub fn from_url(url: &str) -> Result<Self> {
        // A file of variables may have been read as it is.
        if url.starts_with(|it: char| it.is_whitespace() || matches!(it, '"' | '\'')) {
            return Err(Error::config(
                "a quotation mark or white space stands before the database URL: take it off, and \
                 what belongs to it behind the URL",
            ));
        }
        if is_of_sqlite(url) {
            #[cfg(feature = "sqlite")]
            return Ok(Self::at(Place::Sqlite(sqlite::File::from_url(url)?)));
            #[cfg(not(feature = "sqlite"))]
            return Err(Error::config(
                "the database URL is one of SQLite, which this program was built without: \
                 add the feature `sqlite` or `sqlite-bundled` of the crate `orm`",
            ));
        }
        #[cfg(feature = "postgres")]
        return Ok(Self::at(Place::Postgres(Box::new(
            postgres::Server::from_url(url)?,
        ))));
        #[cfg(not(feature = "postgres"))]
        Err(Error::config(
            "the database URL does not start with `sqlite:`, as in `sqlite:shop.db`, and this program \
             was built without PostgreSQL: add the feature `postgres` of the crate `orm`",
        ))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            pool: PoolOptions::default(),
            log: Log::default(),
            limits: Limits::default(),
            misplaced: None,
        }
    }

    /// The kind of database it leads to.
    pub fn backend(&self) -> Backend {
        match self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(_) => Backend::Postgres,
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Changes what only a server has.
    #[cfg(feature = "postgres")]
    fn on_server(
        mut self,
        method: &'static str,
        change: impl FnOnce(&mut postgres::Server),
    ) -> Self {
        match self.postgres_mut() {
            Some(server) => change(server),
            None => self.misplaced = Some(method),
        }
        self
    }

    /// The host to connect to, or the directory of its socket.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn host(self, host: &str) -> Self {
        self.on_server("host", |server| server.set_host(host))
    }

    /// The port to connect to.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        self.on_server("port", |server| server.set_port(port))
    }

    /// The database user.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn user(self, user: &str) -> Self {
        self.on_server("user", |server| {
            server.driver.user(user);
        })
    }

    /// The user's password. It is shown nowhere.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn password(self, password: &str) -> Self {
        self.on_server("password", |server| {
            server.driver.password(password);
        })
    }

    /// The name of the database.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn database(self, name: &str) -> Self {
        self.on_server("database", |server| {
            server.driver.dbname(name);
        })
    }

    /// How `pg_stat_activity` calls this program. A file asks for no name.
    #[must_use]
    #[cfg_attr(not(feature = "postgres"), allow(unused_mut, unused_variables))]
    pub fn application_name(mut self, name: &str) -> Self {
        #[cfg(feature = "postgres")]
        if let Some(server) = self.postgres_mut() {
            server.driver.application_name(name);
        }
        self
    }

    /// How long opening one connection may take. Default 10 s. A file is waited for
    /// as long as for its lock.
    #[must_use]
    #[cfg_attr(not(feature = "postgres"), allow(unused_mut, unused_variables))]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        #[cfg(feature = "postgres")]
        if let Some(server) = self.postgres_mut() {
            server.driver.connect_timeout(limit);
        }
        self
    }

    /// Whether to encrypt, and how to check the server.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn tls(self, mode: TlsMode) -> Self {
        self.on_server("tls", |server| server.tls.mode = mode)
    }

    /// A PEM file of the authorities to trust, in place of the system's.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn root_certificate(self, path: impl Into<PathBuf>) -> Self {
        self.on_server("root_certificate", |server| {
            server.tls.root_cert = Some(path.into());
        })
    }

    /// The pool's size and patience.
    #[must_use]
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
    }

    /// Says that there is a pooler between this program and the server, and how
    /// it treats connections. In a URL: `pooler=transaction`, `pooler=session`.
    ///
    /// A pooler that keeps sessions takes no start-up `options`: what a session is set to is
    /// sent behind the start-up message, in one round trip for each new connection. One that
    /// was not told of is noticed, and connecting fails with the settings that it left out.
    ///
    /// In transaction mode each statement may meet another session of the
    /// server. So
    ///
    /// * no statement is prepared by name: each execution brings its text along,
    ///   in one round trip. The first one on a connection asks for the types of
    ///   its values before, in one more;
    /// * start-up `options` are not sent. Time zone and application name are
    ///   passed on by poolers; `jit=off` is not: where queries of large trees
    ///   take a strange 20 ms and more, `ALTER ROLE .. SET jit = off`. Of one that
    ///   tells another time zone than it was told, it is set as the limits are;
    /// * [`schema`](Self::schema) and the server's time limits, if any, are set
    ///   for every transaction anew, in the same round trip. One command that
    ///   takes no company, such as VACUUM, then fails: it goes to a `Db` of the
    ///   direct way;
    /// * what outlives a transaction is refused: SET without LOCAL, LISTEN,
    ///   session locks, temporary tables. What a function does inside is not seen;
    /// * migrations take the [`direct`](Self::direct) way, and are refused
    ///   without one.
    ///
    /// ```
    /// use orm_core::exec::{Config, Pooler};
    ///
    /// let config = Config::from_url("postgres://app@pooler.example.com:6432/shop")?
    ///     .pooler(Pooler::Transaction)
    ///     .direct(Config::from_url("postgres://app@db.example.com/shop")?);
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn pooler(self, pooler: Pooler) -> Self {
        self.on_server("pooler", |server| server.pooler = pooler)
    }

    /// The way to the server itself, for what a pooler cannot do: migrations,
    /// and the `orm` command. From the environment: `DIRECT_URL`.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn direct(self, way: Config) -> Self {
        self.on_server("direct", |server| server.direct = Some(Box::new(way)))
    }

    /// The schema where tables without one are looked for, and made: the
    /// `search_path`. In a URL: `schema=name`. Default: what the server has
    /// configured, which is `public`.
    #[cfg(feature = "postgres")]
    #[must_use]
    pub fn schema(self, name: &str) -> Self {
        self.on_server("schema", |server| server.schema = Some(name.to_owned()))
    }

    /// Nobody waits longer for a statement, from asking for a connection to the
    /// last row: it fails with `is_query_cancelled`, and is cancelled on the
    /// server as far as that can be reached. Off by default.
    ///
    /// [`statement_timeout`](Self::statement_timeout) is the server's own limit
    /// and helps nobody whose network is dead. Let this be the longer of both:
    /// whether a write took effect is unknown after it. If there was no connection
    /// until then, nothing was sent, and it fails as if `acquire` or
    /// [`connect_timeout`](Self::connect_timeout) were over.
    #[must_use]
    pub fn statement_deadline(mut self, limit: Duration) -> Self {
        self.limits.deadline = Some(limit);
        self
    }

    /// The server gives up a statement that runs longer; SQLite, which is no server,
    /// is interrupted.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.limits.statement = Some(limit);
        self
    }

    /// The server gives up waiting longer for a lock. Of SQLite it is the lock of the
    /// file, while another program writes; default: as long as `acquire`.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.limits.lock = Some(limit);
        self
    }

    /// Sessions that refuse writes, for tools that only look: on PostgreSQL transactions are
    /// read-only unless they say otherwise, SQLite's file is opened for reading and is not made.
    ///
    /// ```
    /// # use orm_core::exec::Config;
    /// let looking = Config::from_url("postgres://app@localhost/shop")?.read_only();
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn read_only(mut self) -> Self {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.read_only = true,
            #[cfg(feature = "sqlite")]
            Place::Sqlite(file) => file.only_read(),
        }
        self
    }

    /// The server ends a connection that leaves a transaction idle for longer.
    #[must_use]
    pub fn idle_in_transaction_session_timeout(mut self, limit: Duration) -> Self {
        self.limits.idle_in_transaction = Some(limit);
        self
    }

    /// Calls `hook` for every statement sent. Silent by default.
    #[must_use]
    pub fn logger(mut self, hook: impl Fn(&LogEvent<'_>) + Send + Sync + 'static) -> Self {
        self.log.set_hook(hook);
        self
    }

    /// Shows bound values to the logger. Off by default: values are private.
    #[must_use]
    pub fn log_params(mut self, show: bool) -> Self {
        self.log.show_params(show);
        self
    }

    /// Warns of every statement that takes longer, by `tracing` at the target `orm::slow`: its
    /// text without what is written in it, the time, the rows. Off by default.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use orm_core::exec::Config;
    /// let config = Config::from_url("postgres://app@db.example.com/shop")?;
    /// let config = config.slow_statements(Duration::from_millis(200));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    #[must_use]
    pub fn slow_statements(mut self, limit: Duration) -> Self {
        self.log.set_slow(limit);
        self
    }

    /// The log of a connection beside those of a database's pool.
    pub(crate) fn told_log(&self) -> Log {
        let mut log = self.log.clone();
        log.set_peer(self.peer());
        log
    }

    /// Where statements will go, as telemetry says it.
    pub(super) fn peer(&self) -> Peer {
        let (backend, is_one_server) = match &self.place {
            #[cfg(feature = "postgres")]
            // Of several hosts it is not known which a connection found.
            Place::Postgres(server) => (Backend::Postgres, server.driver.get_hosts().len() <= 1),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => (Backend::Sqlite, false),
        };
        let (address, port) = self.server();
        Peer {
            backend,
            namespace: self.database_name().map(str::to_owned),
            port: (is_one_server && !address.starts_with('/')).then_some(port),
            address: is_one_server.then_some(address),
        }
    }

    /// The name of the configured database; of SQLite, its file.
    pub fn database_name(&self) -> Option<&str> {
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.driver.get_dbname(),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(file) => file.name(),
        }
    }

    /// The host that is tried first, or the directory of its socket, and the port.
    ///
    /// ```
    /// # use orm_core::exec::Config;
    /// let config = Config::from_url("postgres://app@db.example.com:6543/shop")?;
    /// assert_eq!(config.server(), ("db.example.com".to_owned(), 6543));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    pub fn server(&self) -> (String, u16) {
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.address(),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => (String::new(), 0),
        }
    }

    /// How to reach a session of the server that stays the same: the
    /// [`direct`](Self::direct) way, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if there is none and a [`pooler`](Self::pooler) is in the way.
    pub fn past_pooler(&self) -> Result<Config> {
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.past_pooler(self),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => Ok(self.clone()),
        }
    }

    /// Refuses what a builder could not refuse.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(method) = self.misplaced {
            return Err(Error::config(format!(
                "`Config::{method}` is about a server, and a SQLite database is a file: leave it out"
            )));
        }
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.check()?,
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => {}
        }
        self.pool.check()
    }

    #[cfg(feature = "postgres")]
    pub(super) fn postgres_mut(&mut self) -> Option<&mut postgres::Server> {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => Some(server),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => None,
        }
    }

    /// The server of a configuration for PostgreSQL.
    #[cfg(feature = "postgres")]
    pub(super) fn postgres(&self) -> Result<&postgres::Server> {
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => Ok(server),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => Err(Error::config("this needs a PostgreSQL server")),
        }
    }
}

/// Whether a URL is one of SQLite: `sqlite:shop.db`, `sqlite::memory:`.
fn is_of_sqlite(url: &str) -> bool {
    let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.eq_ignore_ascii_case("sqlite") || scheme.eq_ignore_ascii_case("sqlite3")
}

impl FromStr for Config {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        Self::from_url(url)
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            #[cfg(feature = "postgres")]
            Place::Postgres(server) => server.fmt(f),
            #[cfg(feature = "sqlite")]
            Place::Sqlite(file) => file.fmt(f),
        }
    }
}

// By hand: the driver's own Debug is none of our business to trust.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("target", &format_args!("{self}"))
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}
