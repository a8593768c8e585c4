//! Migrations that are told to stop.

use std::fmt;
use std::sync::Arc;

use tokio::sync::watch;

/// Tells migrations to stop: what runs is cancelled on the server and rolled back, and
/// nothing more is begun.
///
/// ```
/// use orm_core::migrate::{Interrupt, Migrator};
///
/// let interrupt = Interrupt::new();
/// let migrator = Migrator::new().interrupted_by(&interrupt);
/// // From another task, when a signal has come:
/// interrupt.stop();
/// assert!(interrupt.is_stopped());
/// # let _ = migrator;
/// ```
#[derive(Clone)]
pub struct Interrupt(Arc<watch::Sender<bool>>);

impl Interrupt {
    /// Nothing is stopped yet.
    pub fn new() -> Self {
        Interrupt(Arc::new(watch::Sender::new(false)))
    }

    /// Stops the migrations that were given this, for good.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }

    /// Whether they were told to stop.
    pub fn is_stopped(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until they are told to stop, perhaps for ever.
    pub(super) async fn stopped(&self) {
        // It ends when nobody can say so any more, and this one still can.
        let _ = self.0.subscribe().wait_for(|stopped| *stopped).await;
    }
}

impl Default for Interrupt {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Interrupt")
            .field(&self.is_stopped())
            .finish()
    }
}
