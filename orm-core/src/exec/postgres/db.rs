//! A pool, and who is told about its statements.

use std::sync::Arc;

use crate::error::Result;
use crate::exec::config::Config;
use crate::exec::log::Log;
use crate::exec::n_plus_one::NPlusOne;

use super::keeper;
use super::pool::{MOST, Shared};
use super::session::Session;

/// What a `Db` is on PostgreSQL. Clones share one pool.
#[derive(Clone)]
pub(in crate::exec) struct Db {
    pub(in crate::exec) shared: Arc<Shared>,
    pub(in crate::exec) log: Log,
    pub(in crate::exec) watch: Option<NPlusOne>,
}

impl Db {
    /// Opens a pool, and as many connections as it is to begin with.
    pub(in crate::exec) async fn connect(config: Config) -> Result<Self> {
        let shared = Arc::new(Shared::new(&config)?);
        let wanted = config.pool.min.max(config.pool.shared_reads).clamp(1, MOST);
        warm(&shared, wanted).await?;
        keeper::start(&shared, config.pool);
        Ok(Self {
            shared,
            log: config.log,
            watch: None,
        })
    }
}

impl Db {
    /// A connection for a transaction.
    pub(in crate::exec) async fn session(&self) -> Result<Arc<Session>> {
        let object = self.shared.checkout().await?;
        Ok(Arc::new(Session::new(self.clone(), object)))
    }

    /// A connection for statements that are in no transaction.
    pub(in crate::exec) async fn session_outside(&self) -> Result<Arc<Session>> {
        let object = self.shared.checkout().await?;
        Ok(Arc::new(Session::outside(self.clone(), object)))
    }
}

/// Opens connections until there are `wanted`, holding them so that each is new.
async fn warm(shared: &Shared, wanted: usize) -> Result<()> {
    let mut held = Vec::new();
    for _ in 0..wanted {
        held.push(shared.checkout().await?);
    }
    Ok(())
}
