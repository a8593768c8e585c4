//! Limits on this side of the network: nobody waits for ever.

use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use crate::error::{Error, Result};

/// When a time is over that begins now, however long it is.
pub(super) fn end_of(limit: Duration) -> Instant {
    let now = Instant::now();
    // Thirty years are for ever, as they are for the runtime.
    let for_ever = || now + Duration::from_secs(30 * 365 * 24 * 60 * 60);
    now.checked_add(limit).unwrap_or_else(for_ever)
}

/// Refuses to begin where nothing can be waited for.
///
/// # Errors
///
/// Fails outside of a runtime, where a timer of tokio's would panic.
pub(super) fn in_runtime() -> Result<()> {
    match Handle::try_current() {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::usage(
            "this waits, and no runtime of tokio's is around: call it below `#[tokio::main]`, or \
             in `Runtime::block_on`",
        )),
    }
}
