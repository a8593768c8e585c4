//! Limits on this side of the network: nobody waits for ever.

use std::time::Duration;

use tokio::time::Instant;

/// When a time is over that begins now, however long it is.
pub(super) fn end_of(limit: Duration) -> Instant {
    let now = Instant::now();
    // Thirty years are for ever, as they are for the runtime.
    let for_ever = || now + Duration::from_secs(30 * 365 * 24 * 60 * 60);
    now.checked_add(limit).unwrap_or_else(for_ever)
}
