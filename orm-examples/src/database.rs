//! The storefront's database: the one the environment names, or a private one.

use std::error::Error;

use orm::exec::{Config, PoolOptions};
use orm_testkit::{Server, TestDatabase};

/// A database to run the storefront in.
pub struct Database {
    /// How to connect to it.
    pub config: Config,
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
        let config = Config::from_url(&database.url())?;
        Ok(Database {
            config,
            private: Some((database, server)),
        })
    }

    /// The settings of the storefront: at most ten connections, two kept warm.
    pub fn config(&self) -> Config {
        self.config
            .clone()
            .application_name("storefront")
            .pool(PoolOptions::new().max(10).min(2))
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
