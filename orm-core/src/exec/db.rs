//! The handle to a database: a pool, and who is told about statements.

use std::fmt;

use super::config::{Config, Place};
use super::executor::{Exec, Executor, On};
use super::log::{Log, LogEvent};
use super::n_plus_one::NPlusOne;
use super::pool_status::PoolStatus;
#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "sqlite")]
use super::sqlite;
use crate::error::Result;
use crate::schema::Backend;

/// A database: cheap to clone, shared by all who query it.
///
/// Clones share one pool. When the last one is dropped, the pool closes.
///
/// ```no_run
/// # async fn example() -> orm_core::Result<()> {
/// use orm_core::exec::{Config, Db};
///
/// let db = Db::connect(Config::from_env()?).await?;
/// db.authenticate().await?;
/// println!("Database connection established successfully.");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Db {
    pub(super) inside: Inside,
}

/// What is behind it, by kind of database.
#[derive(Clone)]
pub(super) enum Inside {
    #[cfg(feature = "postgres")]
    Postgres(postgres::Db),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Db),
}

impl Db {
    /// Opens a pool with `min` connections, those for shared reads, and at least one, so that a wrong
    /// configuration shows now. The tokio runtime that it is opened in drives them.
    ///
    /// # Errors
    ///
    /// Fails if the configuration cannot be used or no connection can be
    /// opened; [`Error::kind`](crate::error::Error::kind) tells which.
    pub async fn connect(config: Config) -> Result<Self> {
        let mut config = config;
        config.log.set_peer(config.peer());
        let inside = match config.place {
            #[cfg(feature = "sqlite")]
            Place::Sqlite(_) => Inside::Sqlite(sqlite::Db::connect(config).await?),
            #[cfg(feature = "postgres")]
            Place::Postgres(_) => Inside::Postgres(postgres::Db::connect(config).await?),
        };
        Ok(Self { inside })
    }

    /// The kind of database it is.
    pub fn backend(&self) -> Backend {
        self.executor().backend()
    }

    /// Asks the server for `SELECT 1+1 AS result`: does the connection work?
    ///
    /// # Errors
    ///
    /// Fails if there is no connection, or it does not answer.
    pub async fn authenticate(&self) -> Result<()> {
        const SQL: &str = "SELECT 1+1 AS result";
        let reading = self.executor().reading();
        match reading.batch(SQL).await {
            // As every other read: on another connection.
            Err(error) if error.is_connection_lost() => reading.batch(SQL).await,
            answer => answer,
        }
    }

    /// Refuses new statements, waits for those that run, closes all connections.
    ///
    /// What is refused says [`ErrorKind::PoolClosed`](crate::error::ErrorKind::PoolClosed). A
    /// transaction that is open goes on, with statements of its own, and is waited for: give this a limit
    /// (`tokio::time::timeout`). Where that is over the pool stays closed; calling it again
    /// waits for what is left. It does not wait for answers of a server that cannot be reached any more.
    pub async fn close(&self) {
        match &self.inside {
            #[cfg(feature = "postgres")]
            Inside::Postgres(it) => it.shared.close().await,
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(it) => it.close().await,
        }
    }

    /// How many connections there are, and what they do.
    pub fn pool_status(&self) -> PoolStatus {
        match &self.inside {
            #[cfg(feature = "postgres")]
            Inside::Postgres(it) => it.shared.status(),
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(it) => it.status(),
        }
    }

    /// A handle to the same pool that tells `hook` about its statements.
    ///
    /// ```no_run
    /// # fn example(db: &orm_core::exec::Db) {
    /// let loud = db.with_logger(|event| println!("[SQL] {}", event.sql()));
    /// # }
    /// ```
    #[must_use]
    pub fn with_logger(&self, hook: impl Fn(&LogEvent<'_>) + Send + Sync + 'static) -> Self {
        let mut derived = self.clone();
        derived.log().set_hook(hook);
        derived
    }

    fn log(&mut self) -> &mut Log {
        match &mut self.inside {
            #[cfg(feature = "postgres")]
            Inside::Postgres(it) => &mut it.log,
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(it) => &mut it.log,
        }
    }

    pub(super) fn watch(&mut self) -> &mut Option<NPlusOne> {
        match &mut self.inside {
            #[cfg(feature = "postgres")]
            Inside::Postgres(it) => &mut it.watch,
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(it) => &mut it.watch,
        }
    }
}

#[diagnostic::do_not_recommend]
impl Executor for Db {
    fn executor(&self) -> Exec<'_> {
        Exec::new(match &self.inside {
            #[cfg(feature = "postgres")]
            Inside::Postgres(it) => On::Postgres(postgres::On::Pool(it)),
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(it) => On::Sqlite(sqlite::On::Pool(it)),
        })
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("pool", &self.pool_status())
            .finish_non_exhaustive()
    }
}
