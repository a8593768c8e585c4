//! The processor time of the measuring thread.

use std::time::Duration;

/// What the kernel says the main thread has used; zero where it does not say.
///
/// Everything that is measured runs on the main thread, the driver's
/// connection tasks included, and a delaying proxy does not.
pub fn of_main_thread() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanos = stat.split(' ').next().and_then(|first| first.parse().ok());
    Duration::from_nanos(nanos.unwrap_or_default())
}
