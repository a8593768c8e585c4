//! Limits on this side of the network: nobody waits for ever.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use crate::error::{Error, Result};
use crate::exec::deadline::{end_of, in_runtime};

use super::executor::Exec;

impl Exec<'_> {
    /// How long a statement may take, seen from here.
    pub(super) fn limit(&self) -> Option<Duration> {
        self.shared().deadline
    }

    /// Runs a statement with a limit. Dropped, it is cancelled on the server.
    pub(super) async fn within<T>(
        self,
        limit: Duration,
        statement: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        in_runtime()?;
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
