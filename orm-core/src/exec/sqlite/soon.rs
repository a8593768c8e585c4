//! What comes soon is looked for: to put a thread to sleep and to wake it takes longer
//! than most statements.

use std::thread;
use std::time::{Duration, Instant};

/// About as long as it takes to wake a thread on another core.
const PATIENCE: Duration = Duration::from_micros(50);

/// Looks until there is something, for a short time in which others run.
///
/// The time is what counts, not the looks: on a busy machine one of them may take longer
/// than all others.
pub(super) fn soon<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let mut since = None;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if since.get_or_insert_with(Instant::now).elapsed() >= PATIENCE {
            return None;
        }
        thread::yield_now();
    }
}
