//! How to reach the database, and how to treat the connections to it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokio_postgres::config::Host;

use super::address;
use super::log::{Log, LogEvent};
use super::pool_options::PoolOptions;
use super::pooler::{Negotiator, Pooler, Way};
use super::tls::{Connector, TlsMode, TlsOptions};
use super::unnamed::LocalSettings;
use super::url;
use crate::error::{Error, Result, Target};
use crate::sql::identifier;

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
    pub(super) driver: tokio_postgres::Config,
    pub(super) tls: TlsOptions,
    pub(super) pool: PoolOptions,
    pub(super) pooler: Pooler,
    /// The way past the pooler, for what needs a session.
    pub(super) direct: Option<Box<Config>>,
    schema: Option<String>,
    pub(crate) log: Log,
    statement_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    idle_in_transaction_timeout: Option<Duration>,
    pub(super) deadline: Option<Duration>,
}

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
    pub fn new() -> Self {
        let mut driver = tokio_postgres::Config::new();
        driver
            .user("postgres")
            .password("supersecret")
            .dbname("storefront_db")
            .host("localhost")
            .port(5432);
        Self::from_driver(driver, TlsOptions::default())
    }

    /// Reads a `postgres://user:password@host:port/database?option=value` URL.
    ///
    /// Options are libpq's: `sslmode`, `sslrootcert`, `application_name`,
    /// `connect_timeout`, `options`, `target_session_attrs`, `host` for a
    /// socket (`?host=%2Frun%2Fpostgresql`), and so on. Further,
    /// `schema=name` is [`schema`](Self::schema), and `pooler=transaction` is
    /// [`pooler`](Self::pooler); so is `pgbouncer=true`, as other programs call it.
    ///
    /// # Errors
    ///
    /// Fails if the URL cannot be read, or could be read in two ways because
    /// of a special character that is not percent-encoded. The error never
    /// quotes it.
    pub fn from_url(url: &str) -> Result<Self> {
        let url::Parts {
            driver,
            tls,
            pooler,
            schema,
        } = url::parse(url)?;
        let config = Self::from_driver(driver, tls).pooler(pooler);
        Ok(Self { schema, ..config })
    }

    pub(super) fn from_driver(driver: tokio_postgres::Config, tls: TlsOptions) -> Self {
        Self {
            driver,
            tls,
            pool: PoolOptions::default(),
            pooler: Pooler::None,
            direct: None,
            schema: None,
            log: Log::default(),
            statement_timeout: None,
            lock_timeout: None,
            idle_in_transaction_timeout: None,
            deadline: None,
        }
    }

    /// The host to connect to, or the directory of its socket.
    #[must_use]
    pub fn host(self, host: &str) -> Self {
        let (_, port) = self.server();
        self.at(host, port)
    }

    /// The port to connect to.
    #[must_use]
    pub fn port(self, port: u16) -> Self {
        let (host, _) = self.server();
        self.at(&host, port)
    }

    // The driver's hosts and ports can only be added to, so they are set anew.
    fn at(mut self, host: &str, port: u16) -> Self {
        self.driver = url::at_address(&self.driver, host, port);
        self
    }

    /// The database user.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        self.driver.user(user);
        self
    }

    /// The user's password. It is shown nowhere.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.driver.password(password);
        self
    }

    /// The name of the database.
    #[must_use]
    pub fn database(mut self, name: &str) -> Self {
        self.driver.dbname(name);
        self
    }

    /// How `pg_stat_activity` calls this program.
    #[must_use]
    pub fn application_name(mut self, name: &str) -> Self {
        self.driver.application_name(name);
        self
    }

    /// How long opening one connection may take. Default 10 s.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.driver.connect_timeout(limit);
        self
    }

    /// Whether to encrypt, and how to check the server.
    #[must_use]
    pub fn tls(mut self, mode: TlsMode) -> Self {
        self.tls.mode = mode;
        self
    }

    /// A PEM file of the authorities to trust, in place of the system's.
    #[must_use]
    pub fn root_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.tls.root_cert = Some(path.into());
        self
    }

    /// The pool's size and patience.
    #[must_use]
    pub fn pool(mut self, options: PoolOptions) -> Self {
        self.pool = options;
        self
    }

    /// Says that there is a pooler between this program and the server, and how
    /// it treats connections. In a URL: `pooler=transaction`.
    ///
    /// In transaction mode each statement may meet another session of the
    /// server. So
    ///
    /// * no statement is prepared by name: each execution brings its text along,
    ///   in one round trip. The first one on a connection asks for the types of
    ///   its values before, in one more;
    /// * start-up `options` are not sent. Time zone and application name are
    ///   passed on by poolers; `jit=off` is not: where queries of large trees
    ///   take a strange 20 ms and more, `ALTER ROLE .. SET jit = off`;
    /// * [`schema`](Self::schema) and the server's time limits, if any, are set
    ///   for every transaction anew, in the same round trip. A
    ///   [`batch`](super::Exec::batch) of one command that takes no company,
    ///   such as VACUUM, then fails;
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
    #[must_use]
    pub fn pooler(mut self, pooler: Pooler) -> Self {
        self.pooler = pooler;
        self
    }

    /// The way to the server itself, for what a pooler cannot do: migrations,
    /// and the `orm` command. From the environment: `DIRECT_URL`.
    #[must_use]
    pub fn direct(mut self, server: Config) -> Self {
        self.direct = Some(Box::new(server));
        self
    }

    /// The schema where tables without one are looked for, and made: the
    /// `search_path`. In a URL: `schema=name`. Default: what the server has
    /// configured, which is `public`.
    #[must_use]
    pub fn schema(mut self, name: &str) -> Self {
        self.schema = Some(name.to_owned());
        self
    }

    /// Nobody waits longer for a statement, from asking for a connection to the
    /// last row: it fails with `is_query_cancelled`, and is cancelled on the
    /// server as far as that can be reached. Off by default.
    ///
    /// [`statement_timeout`](Self::statement_timeout) is the server's own limit
    /// and helps nobody whose network is dead. Let this be the longer of both:
    /// whether a write took effect is unknown after it.
    #[must_use]
    pub fn statement_deadline(mut self, limit: Duration) -> Self {
        self.deadline = Some(limit);
        self
    }

    /// The server gives up a statement that runs longer.
    #[must_use]
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.statement_timeout = Some(limit);
        self
    }

    /// The server gives up waiting longer for a lock.
    #[must_use]
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock_timeout = Some(limit);
        self
    }

    /// The server ends a connection that leaves a transaction idle for longer.
    #[must_use]
    pub fn idle_in_transaction_session_timeout(mut self, limit: Duration) -> Self {
        self.idle_in_transaction_timeout = Some(limit);
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

    /// The name of the configured database.
    pub fn database_name(&self) -> Option<&str> {
        self.driver.get_dbname()
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
        let host = match self.driver.get_hosts().first() {
            Some(Host::Tcp(name)) => name.clone(),
            #[cfg(unix)]
            Some(Host::Unix(path)) => path.to_string_lossy().into_owned(),
            None => "localhost".to_owned(),
        };
        let port = self.driver.get_ports().first().copied().unwrap_or(5432);
        (host, port)
    }

    /// The driver's configuration with the session's settings, which travel
    /// with the start-up message and so cost no round trip.
    pub(super) fn session(&self) -> tokio_postgres::Config {
        let mut driver = self.driver.clone();
        driver.ssl_mode(self.tls.mode.to_driver());
        if self.pooler == Pooler::None {
            driver.options(self.session_options());
        }
        if driver.get_connect_timeout().is_none() {
            driver.connect_timeout(DEFAULT_CONNECT_TIMEOUT);
        }
        driver
    }

    /// What opens connections for [`session`](Self::session).
    pub(super) fn way(&self, session: &tokio_postgres::Config) -> Result<Way> {
        let connector = Connector::new(&self.tls)?;
        Ok(match self.pooler {
            Pooler::None => Way::Straight(connector),
            Pooler::Transaction => {
                let settings = LocalSettings::new(&self.settings());
                Way::Pooled(Negotiator::new(connector, session, settings))
            }
        })
    }

    /// How to reach a session of the server that stays the same: the
    /// [`direct`](Self::direct) way, if there is one.
    ///
    /// # Errors
    ///
    /// Fails if there is none and a [`pooler`](Self::pooler) is in the way.
    pub fn past_pooler(&self) -> Result<Config> {
        match (&self.direct, self.pooler) {
            (Some(direct), _) => Ok(Config {
                log: self.log.clone(),
                direct: None,
                schema: direct.schema.clone().or_else(|| self.schema.clone()),
                ..(**direct).clone()
            }),
            (None, Pooler::None) => Ok(self.clone()),
            (None, Pooler::Transaction) => Err(Error::config(
                "this needs one session of the server, for its locks and settings, and behind a \
                 pooler in transaction mode there is none: give the server's own address with \
                 `Config::direct` or DIRECT_URL",
            )),
        }
    }

    fn session_options(&self) -> String {
        let mut options = SESSION.to_owned();
        for (name, value) in self.settings() {
            let value = value.replace('\\', "\\\\").replace(' ', "\\ ");
            options += &format!(" -c {name}={value}");
        }
        // The user's come last, so that they win.
        if let Some(own) = self.driver.get_options() {
            options.push(' ');
            options += own;
        }
        options
    }

    /// The server's settings that were asked for.
    fn settings(&self) -> Vec<(&'static str, String)> {
        let timeouts = [
            ("statement_timeout", self.statement_timeout),
            ("lock_timeout", self.lock_timeout),
            (
                "idle_in_transaction_session_timeout",
                self.idle_in_transaction_timeout,
            ),
        ];
        let timeouts = timeouts
            .into_iter()
            .filter_map(|(name, limit)| Some((name, milliseconds(limit?).to_string())));
        let schema = self.schema.iter().map(|schema| {
            let mut path = String::new();
            identifier::quote(&mut path, schema);
            ("search_path", path)
        });
        timeouts.chain(schema).collect()
    }

    /// Where connections go, for error messages.
    pub(crate) fn target(&self) -> Target {
        address::target(&self.driver)
    }

    /// Refuses what a builder could not refuse.
    pub(super) fn check(&self) -> Result<()> {
        address::check(&self.driver)?;
        if self
            .schema
            .as_ref()
            .is_some_and(|it| it.is_empty() || it.contains('\0'))
        {
            return Err(Error::config(
                "the configured schema is empty or holds a NUL: give the name of one",
            ));
        }
        if self.pooler == Pooler::Transaction && self.driver.get_options().is_some() {
            return Err(Error::config(
                "a pooler in transaction mode takes no `options`: set them for the role \
                 (`ALTER ROLE .. SET ..`), and the search path with `schema`",
            ));
        }
        self.pool.check()
    }
}

/// What every session is set to, whatever the server or the database says.
///
/// Compiling a generic plan of a wide shape costs 12 to 20 ms. Where a text in
/// SQL ends is read by our grammar too, which must be the server's. Lists travel
/// as texts, in which NULL must mean NULL.
const SESSION: &str =
    "-c jit=off -c TimeZone=UTC -c standard_conforming_strings=on -c array_nulls=on";

/// How long opening a connection may take unless configured.
pub(super) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

impl FromStr for Config {
    type Err = Error;

    fn from_str(url: &str) -> Result<Self> {
        Self::from_url(url)
    }
}

impl fmt::Display for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target {
            address,
            user,
            database,
        } = self.target();
        write!(f, "{database} on {address} as {user}")
    }
}

// By hand: the driver's own Debug is none of our business to trust.
impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("target", &format_args!("{self}"))
            .field("tls", &self.tls.mode)
            .field("pool", &self.pool)
            .finish_non_exhaustive()
    }
}
