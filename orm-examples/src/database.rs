//! The storefront's database: the one the environment names, or a private one.

use std::error::Error;
use std::time::Duration;

use orm::exec::Config;
use orm_testkit::{Address, LatencyProxy, Server, TestDatabase};

/// A database to run the storefront in.
pub struct Database {
    config: Config,
    /// A server and database of our own, stopped and dropped at the end.
    private: Option<(TestDatabase, Server)>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database")
            .field("config", &self.config)
            .field("private", &self.private.is_some())
            .finish()
    }
}

impl Database {
    /// The database that `DATABASE_URL` or `DB_HOST`, `DB_NAME`, … name; a
    /// private PostgreSQL where none of them is set.
    ///
    /// # Errors
    /// When the environment cannot be read, or no PostgreSQL is found.
    pub async fn find() -> Result<Self, Box<dyn Error>> {
        if is_configured() {
            return Ok(Database {
                config: Config::from_env()?,
                private: None,
            });
        }
        let server = Server::find_or_start()?;
        let database = TestDatabase::create_on(&server).await?;
        Ok(Database {
            config: Config::from_url(&database.url())?,
            private: Some((database, server)),
        })
    }

    /// How to connect to it.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// A slow link to it: everything arrives `delay` later, in each direction.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn far_away(&self, delay: Duration) -> Result<SlowLink, Box<dyn Error>> {
        let address = match self.config.server() {
            (directory, port) if directory.starts_with('/') => {
                Address::Socket(format!("{directory}/.s.PGSQL.{port}").into())
            }
            (host, port) => Address::Tcp(format!("{host}:{port}")),
        };
        let proxy = LatencyProxy::start(address, delay)?;
        Ok(SlowLink { proxy })
    }

    /// Drops a private database and stops its server.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn close(self) -> Result<(), Box<dyn Error>> {
        if let Some((database, server)) = self.private {
            database.drop().await?;
            server.stop()?;
        }
        Ok(())
    }
}

/// A slow link, until it is dropped.
#[derive(Debug)]
pub struct SlowLink {
    proxy: LatencyProxy,
}

impl SlowLink {
    /// The same database, at the far end.
    pub fn through(&self, config: Config) -> Config {
        let near_end = self.proxy.local_addr();
        config
            .host(&near_end.ip().to_string())
            .port(near_end.port())
    }
}

fn is_configured() -> bool {
    let names = [
        "DATABASE_URL",
        "DB_NAME",
        "DB_USER",
        "DB_PASS",
        "DB_HOST",
        "DB_PORT",
    ];
    names
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
