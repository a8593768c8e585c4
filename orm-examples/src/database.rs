//! The storefront's database: the one the environment names, or a private one, of
//! PostgreSQL if that can be had and of SQLite if not.

use std::error::Error;
use std::io::Write;
use std::time::Duration;

use orm::exec::Config;
use orm::schema::Backend;
use orm_testkit::{Address, LatencyProxy, Server, TestDatabase, TestFile};

/// A database to run the storefront in.
pub struct Database {
    config: Config,
    private: Option<Private>,
}

/// A database of our own, gone at the end.
enum Private {
    Postgres(Box<(TestDatabase, Server)>),
    Sqlite(TestFile),
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
    /// private PostgreSQL where none of them is set; a file of SQLite where there is
    /// no PostgreSQL and none to be had, which is said.
    ///
    /// # Errors
    /// When the environment cannot be read, or a database cannot be made.
    pub async fn find(out: &mut dyn Write) -> Result<Self, Box<dyn Error>> {
        if is_configured() {
            return Ok(Database {
                config: Config::from_env()?,
                private: None,
            });
        }
        let server = match Server::find_or_start() {
            Err(orm_testkit::Error::NoPostgres { .. } | orm_testkit::Error::Npm { .. }) => {
                writeln!(out, "No PostgreSQL was found: this runs on SQLite.")?;
                let file = TestFile::create()?;
                return Ok(Database {
                    config: Config::from_url(&file.url())?,
                    private: Some(Private::Sqlite(file)),
                });
            }
            found => found?,
        };
        let database = TestDatabase::create_on(&server).await?;
        Ok(Database {
            config: Config::from_url(&database.url())?,
            private: Some(Private::Postgres(Box::new((database, server)))),
        })
    }

    /// How to connect to it.
    pub fn config(&self) -> Config {
        self.config.clone()
    }

    /// A slow link to it: everything arrives `delay` later, in each direction. A file
    /// is never far away.
    ///
    /// # Errors
    /// When no port can be had.
    pub fn far_away(&self, delay: Duration) -> Result<Option<SlowLink>, Box<dyn Error>> {
        if self.config.backend() == Backend::Sqlite {
            return Ok(None);
        }
        let address = match self.config.server() {
            (directory, port) if directory.starts_with('/') => {
                Address::Socket(format!("{directory}/.s.PGSQL.{port}").into())
            }
            (host, port) => Address::Tcp(format!("{host}:{port}")),
        };
        let proxy = LatencyProxy::start(address, delay)?;
        Ok(Some(SlowLink { proxy }))
    }

    /// Drops a private database and stops its server.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn close(self) -> Result<(), Box<dyn Error>> {
        match self.private {
            None => Ok(()),
            Some(Private::Postgres(both)) => {
                let (database, server) = *both;
                database.drop().await?;
                Ok(server.stop()?)
            }
            Some(Private::Sqlite(file)) => Ok(file.remove()?),
        }
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
