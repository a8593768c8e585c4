//! The handle to a database: a pool, and who is told about statements.

use std::fmt;
use std::sync::Arc;

use super::config::Config;
use super::executor::{Exec, Executor};
use super::keeper;
use super::log::{Log, LogEvent};
use super::n_plus_one::NPlusOne;
use super::pool::{PoolStatus, Shared};
use crate::error::Result;

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
    pub(super) shared: Arc<Shared>,
    pub(super) log: Log,
    pub(super) watch: Option<NPlusOne>,
}

impl Db {
    /// Opens a pool with `min` connections, those for shared reads, and at least one, so that a wrong
    /// configuration shows now.
    ///
    /// # Errors
    ///
    /// Fails if the configuration cannot be used or no connection can be
    /// opened; [`Error::kind`](crate::error::Error::kind) tells which.
    pub async fn connect(config: Config) -> Result<Self> {
        let shared = Arc::new(Shared::new(&config)?);
        let wanted = config.pool.min.max(config.pool.shared_reads).max(1);
        warm(&shared, wanted).await?;
        keeper::start(&shared, config.pool);
        Ok(Self {
            shared,
            log: config.log,
            watch: None,
        })
    }

    /// Asks the server for `SELECT 1+1 AS result`: does the connection work?
    ///
    /// # Errors
    ///
    /// Fails if there is no connection, or it does not answer.
    pub async fn authenticate(&self) -> Result<()> {
        self.executor().batch("SELECT 1+1 AS result").await
    }

    /// Refuses new statements, waits for those that run, closes all connections.
    ///
    /// It does not wait for answers of a server that cannot be reached any more.
    pub async fn close(&self) {
        self.shared.close().await;
    }

    /// How many connections there are, and what they do.
    pub fn pool_status(&self) -> PoolStatus {
        self.shared.status()
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
        derived.log.set_hook(hook);
        derived
    }
}

/// Opens connections until there are `wanted`, holding them so that each is new.
async fn warm(shared: &Shared, wanted: usize) -> Result<()> {
    let mut held = Vec::with_capacity(wanted);
    for _ in 0..wanted {
        held.push(shared.checkout().await?);
    }
    Ok(())
}

#[diagnostic::do_not_recommend]
impl Executor for Db {
    fn executor(&self) -> Exec<'_> {
        Exec::on_pool(self)
    }
}

impl fmt::Debug for Db {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Db")
            .field("pool", &self.pool_status())
            .field("log", &self.log)
            .finish_non_exhaustive()
    }
}
