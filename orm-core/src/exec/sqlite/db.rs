//! A pool, and who is told about its statements.

use std::sync::Arc;

use super::pool::Shared;
use super::session::Session;
use super::worker::Use;
use crate::error::Result;
use crate::exec::config::{Config, Place};
use crate::exec::log::Log;
use crate::exec::n_plus_one::NPlusOne;
use crate::exec::pool_status::PoolStatus;
use crate::exec::tx_options::TxOptions;

/// What a `Db` is on SQLite. Clones share one pool.
#[derive(Clone)]
pub(in crate::exec) struct Db {
    pub(in crate::exec) shared: Arc<Shared>,
    pub(in crate::exec) log: Log,
    pub(in crate::exec) watch: Option<NPlusOne>,
}

impl Db {
    /// Opens the database, so that a wrong file shows now.
    pub(in crate::exec) async fn connect(config: Config) -> Result<Self> {
        let shared = match &config.place {
            Place::Sqlite(file) => Shared::new(&config, file)?,
            #[cfg(feature = "postgres")]
            _ => return Err(crate::error::Error::config("this is no database of SQLite")),
        };
        drop(shared.checkout(Use::Write).await?);
        Ok(Self {
            shared: Arc::new(shared),
            log: config.log,
            watch: None,
        })
    }

    /// A connection for a transaction.
    pub(in crate::exec) async fn session(&self, options: TxOptions) -> Result<Arc<Session>> {
        let purpose = match options.is_read_only() {
            true => Use::Read,
            false => Use::Write,
        };
        let lease = self.shared.checkout(purpose).await?;
        Ok(Arc::new(Session::new(self.clone(), lease)))
    }

    pub(in crate::exec) fn status(&self) -> PoolStatus {
        self.shared.status()
    }

    pub(in crate::exec) async fn close(&self) {
        self.shared.close().await;
    }
}
