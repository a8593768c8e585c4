//! How migrations are run.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::event::Event;
use super::interrupt::Interrupt;

pub(super) type Observer = Arc<dyn Fn(&Event<'_>) + Send + Sync>;

/// The history of migrations.
pub(super) const HISTORY_TABLE: &str = "orm_migrations";

/// The history of seeds.
pub(super) const SEED_TABLE: &str = "orm_seeds";

#[derive(Clone)]
pub(super) struct Options {
    pub(super) schema: Option<String>,
    pub(super) table: String,
    /// How long to wait for another process that migrates.
    pub(super) patience: Duration,
    /// Less than the second after which a server looks for deadlocks: in one, the migration
    /// gives way, and no program is ended.
    pub(super) lock_timeout: Duration,
    pub(super) lock_attempts: u32,
    /// Zero is none.
    pub(super) statement_timeout: Duration,
    pub(super) allow_out_of_order: bool,
    pub(super) allow_missing: bool,
    pub(super) observer: Observer,
    pub(super) interrupt: Interrupt,
    /// Whether another tool's history in the database is about these.
    pub(super) adopts: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            schema: None,
            table: HISTORY_TABLE.to_owned(),
            patience: Duration::from_secs(300),
            lock_timeout: Duration::from_millis(500),
            lock_attempts: 10,
            statement_timeout: Duration::ZERO,
            allow_out_of_order: false,
            allow_missing: false,
            observer: Arc::new(|_| {}),
            interrupt: Interrupt::new(),
            adopts: true,
        }
    }
}

impl Options {
    /// The pause after the `attempt`th failure to get a lock: half a second,
    /// then twice as long each time, up to half a minute.
    pub(super) fn pause(&self, attempt: u32) -> Duration {
        let doubled = 2_u32.saturating_pow(attempt.saturating_sub(1));
        FIRST_PAUSE
            .saturating_mul(doubled)
            .min(LONGEST_PAUSE)
            .min(self.lock_timeout * doubled)
    }
}

const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options")
            .field("table", &self.table)
            .field("allow_out_of_order", &self.allow_out_of_order)
            .field("allow_missing", &self.allow_missing)
            .finish_non_exhaustive()
    }
}
