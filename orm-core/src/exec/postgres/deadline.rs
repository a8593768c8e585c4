//! Limits on this side of the network: nobody waits for ever.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};
use crate::exec::deadline::{end_of, in_runtime};
use crate::exec::log::leave;

use super::executor::{Exec, On};

impl Exec<'_> {
    /// How long a statement may take, seen from here.
    pub(super) fn limit(&self) -> Option<Duration> {
        self.shared().deadline
    }

    /// Runs a statement with a limit. Dropped, it is cancelled on the server. It has `begun`
    /// once it has a connection: before that nothing was sent.
    pub(super) async fn within<T>(
        self,
        limit: Duration,
        begun: &AtomicBool,
        mut statement: impl Future<Output = Result<T>> + Unpin,
    ) -> Result<T> {
        in_runtime()?;
        match (timeout(limit, &mut statement).await, self.on) {
            (Ok(answer), _) => answer,
            (Err(_), On::Pool(db)) if !begun.load(Ordering::Relaxed) => Err(db.shared.late()),
            (Err(_), _) => Err(leave(statement, self.lost(Error::deadline()))),
        }
    }

    /// When the rows of a statement have to be there.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.limit().map(end_of)
    }
}
