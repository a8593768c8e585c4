//! Limits on this side of the network: nobody waits for ever.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::executor::{Exec, On};
use crate::error::{Error, Result};

impl Exec<'_> {
    /// How long a statement may take, seen from here.
    pub(super) fn limit(&self) -> Option<Duration> {
        match self.on {
            On::Pool(db) => db.shared.deadline,
            On::Session(session, _) => session.db.shared.deadline,
        }
    }

    /// Runs a statement with a limit. Dropped, it is cancelled on the server.
    pub(super) async fn within<T>(
        self,
        limit: Duration,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        match timeout(limit, statement).await {
            Ok(answer) => answer,
            Err(_) => Err(self.lost(Error::deadline())),
        }
    }

    /// When the rows of a statement have to be there.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.limit().map(end_of)
    }
}

/// When a time is over that begins now, however long it is.
pub(super) fn end_of(limit: Duration) -> Instant {
    let now = Instant::now();
    // Thirty years are for ever, as they are for the runtime.
    let for_ever = || now + Duration::from_secs(30 * 365 * 24 * 60 * 60);
    now.checked_add(limit).unwrap_or_else(for_ever)
}
