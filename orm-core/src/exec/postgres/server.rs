//! A server, and what a session on it is set to.

use std::fmt;
use std::time::Duration;

use tokio_postgres::config::Host;

use crate::error::{Error, Result, Target};
use crate::exec::config::{Config, Limits, milliseconds};
use crate::sql::identifier;

use super::address;
use super::pooler::{Negotiator, Pooler, Way};
use super::setup::{ALWAYS, Setup};
use super::tls::{Connector, TlsOptions};
use super::unnamed::LocalSettings;
use super::url;

/// Where a server is, and how to speak with it.
#[derive(Clone, Default)]
pub(in crate::exec) struct Server {
    pub(in crate::exec) driver: tokio_postgres::Config,
    pub(in crate::exec) tls: TlsOptions,
    pub(in crate::exec) pooler: Pooler,
    /// The way past the pooler, for what needs a session.
    pub(in crate::exec) direct: Option<Box<Config>>,
    pub(in crate::exec) schema: Option<String>,
    /// Whether transactions refuse writes that do not say that they write.
    pub(in crate::exec) read_only: bool,
}

impl Server {
    /// The article's: database `storefront_db`, user `postgres`, password
    /// `supersecret`, at `localhost:5432`.
    pub(in crate::exec) fn usual() -> Self {
        let mut driver = tokio_postgres::Config::new();
        driver
            .user("postgres")
            .password("supersecret")
            .dbname("storefront_db")
            .host("localhost")
            .port(5432);
        Self {
            driver,
            ..Self::default()
        }
    }

    pub(in crate::exec) fn from_url(url: &str) -> Result<Self> {
        let url::Parts {
            driver,
            tls,
            pooler,
            schema,
        } = url::parse(url)?;
        Ok(Self {
            driver,
            tls,
            pooler,
            direct: None,
            schema,
            read_only: false,
        })
    }

    // The driver's hosts and ports can only be added to, so they are set anew.
    pub(in crate::exec) fn set_host(&mut self, host: &str) {
        let (_, port) = self.address();
        self.driver = url::at_address(&self.driver, host, port);
    }

    pub(in crate::exec) fn set_port(&mut self, port: u16) {
        let (host, _) = self.address();
        self.driver = url::at_address(&self.driver, &host, port);
    }

    /// The host that is tried first, and its port.
    pub(in crate::exec) fn address(&self) -> (String, u16) {
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
    /// with the start-up message and so cost no round trip, unless a pooler is in between.
    pub(in crate::exec) fn session(&self, limits: Limits) -> tokio_postgres::Config {
        let mut driver = self.driver.clone();
        driver.ssl_mode(self.tls.mode.to_driver());
        if self.pooler == Pooler::None {
            driver.options(self.session_options(limits));
        }
        if driver.get_connect_timeout().is_none() {
            driver.connect_timeout(DEFAULT_CONNECT_TIMEOUT);
        }
        driver
    }

    /// What opens connections for [`session`](Self::session).
    pub(super) fn way(&self, session: &tokio_postgres::Config, limits: Limits) -> Result<Way> {
        let connector = Connector::new(&self.tls)?;
        Ok(match self.pooler {
            Pooler::None | Pooler::Session => Way::Straight(connector),
            Pooler::Transaction => {
                let settings = LocalSettings::new(&self.settings(limits));
                Way::Pooled(Negotiator::new(connector, session, settings))
            }
        })
    }

    /// How a new session of [`way`](Self::way) comes to its settings.
    pub(super) fn setup(&self, limits: Limits) -> Setup {
        match self.pooler {
            Pooler::None => {
                let options = self.driver.get_options().unwrap_or_default();
                Setup::at_start(self.session_settings(limits), options)
            }
            Pooler::Session => {
                let mut settings = self.session_settings(limits);
                // As the driver asks for at the start; a session that was reset lost it.
                settings.push(("client_encoding", "UTF8".to_owned()));
                Setup::behind(&settings)
            }
            Pooler::Transaction => Setup::default(),
        }
    }

    pub(in crate::exec) fn past_pooler(&self, config: &Config) -> Result<Config> {
        match (&self.direct, self.pooler) {
            (Some(direct), _) => {
                let mut way = (**direct).clone();
                way.log = config.log.clone();
                if let Some(server) = way.postgres_mut() {
                    server.direct = None;
                    server.schema = server.schema.take().or_else(|| self.schema.clone());
                }
                Ok(way)
            }
            (None, Pooler::None | Pooler::Session) => Ok(config.clone()),
            (None, Pooler::Transaction) => Err(Error::config(
                "this needs one session of the server, for its locks and settings, and behind a \
                 pooler in transaction mode there is none: give the server's own address with \
                 `Config::direct` or DIRECT_URL",
            )),
        }
    }

    fn session_options(&self, limits: Limits) -> String {
        let mut options = String::new();
        for (name, value) in self.session_settings(limits) {
            let value = value.replace('\\', "\\\\").replace(' ', "\\ ");
            options += &format!("-c {name}={value} ");
        }
        // The user's come last, so that they win.
        options += self.driver.get_options().unwrap_or_default();
        options
    }

    /// What a session is set to.
    fn session_settings(&self, limits: Limits) -> Vec<(&'static str, String)> {
        let always = ALWAYS.map(|(name, value)| (name, value.to_owned()));
        always.into_iter().chain(self.settings(limits)).collect()
    }

    /// The server's settings that were asked for.
    fn settings(&self, limits: Limits) -> Vec<(&'static str, String)> {
        let timeouts = [
            ("statement_timeout", limits.statement),
            ("lock_timeout", limits.lock),
            (
                "idle_in_transaction_session_timeout",
                limits.idle_in_transaction,
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
        // Behind a pooler settings are those of a transaction that has begun.
        let refuses = match self.pooler {
            Pooler::Transaction => "transaction_read_only",
            Pooler::None | Pooler::Session => "default_transaction_read_only",
        };
        let read_only = self.read_only.then(|| (refuses, "on".to_owned()));
        timeouts.chain(schema).chain(read_only).collect()
    }

    /// Where connections go, for error messages.
    pub(in crate::exec) fn target(&self) -> Target {
        Target {
            keeps_sessions: self.pooler == Pooler::Session,
            ..address::target(&self.driver)
        }
    }

    /// Refuses what a builder could not refuse.
    pub(in crate::exec) fn check(&self) -> Result<()> {
        address::check(&self.driver)?;
        let schema = self.schema.as_ref();
        if schema.is_some_and(|it| it.is_empty() || it.contains('\0')) {
            return Err(Error::config(
                "the configured schema is empty or holds a NUL: give the name of one",
            ));
        }
        if self.pooler != Pooler::None && self.driver.get_options().is_some() {
            return Err(Error::config(
                "a pooler takes no `options`: set them for the role (`ALTER ROLE .. SET ..`), and \
                 the search path with `schema`",
            ));
        }
        Ok(())
    }
}

impl fmt::Display for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Target {
            address,
            user,
            database,
            ..
        } = self.target();
        write!(f, "{database} on {address} as {user}")
    }
}

/// How long opening a connection may take unless configured.
pub(super) const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
