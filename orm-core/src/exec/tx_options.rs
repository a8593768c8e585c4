//! How a transaction is opened, and how often it is tried.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

/// What concurrent transactions may see of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Isolation {
    /// Each statement sees what was committed before it. The server's default.
    ReadCommitted,
    /// All statements see what was committed before the first one.
    RepeatableRead,
    /// As if transactions ran one after the other; some have to be run again.
    Serializable,
}

/// How a transaction is opened.
///
/// ```
/// use orm_core::exec::{Isolation, TxOptions};
///
/// let report = TxOptions::new().isolation(Isolation::Serializable).read_only().deferrable();
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TxOptions {
    isolation: Option<Isolation>,
    read_only: bool,
    deferrable: bool,
}

impl TxOptions {
    /// The server's defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// What concurrent transactions may see of each other.
    #[must_use]
    pub fn isolation(mut self, level: Isolation) -> Self {
        self.isolation = Some(level);
        self
    }

    /// Refuses writes.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// Waits for a moment in which a serializable, read-only transaction
    /// cannot fail.
    #[must_use]
    pub fn deferrable(mut self) -> Self {
        self.deferrable = true;
        self
    }

    /// Whether writes are refused.
    #[cfg(feature = "sqlite")]
    pub(super) fn is_read_only(self) -> bool {
        self.read_only
    }

    /// The one statement that opens it.
    pub(super) fn begin(self) -> Cow<'static, str> {
        if self == Self::default() {
            return Cow::Borrowed("BEGIN");
        }
        let isolation = match self.isolation {
            Some(Isolation::ReadCommitted) => " ISOLATION LEVEL READ COMMITTED",
            Some(Isolation::RepeatableRead) => " ISOLATION LEVEL REPEATABLE READ",
            Some(Isolation::Serializable) => " ISOLATION LEVEL SERIALIZABLE",
            None => "",
        };
        let access = if self.read_only { " READ ONLY" } else { "" };
        let deferrable = if self.deferrable { " DEFERRABLE" } else { "" };
        Cow::Owned(format!("BEGIN{isolation}{access}{deferrable}"))
    }
}

/// How often a transaction is tried, and how long to wait in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    pause: Duration,
    longest: Duration,
}

impl Retry {
    /// Tries at most so often, pausing 10 ms, then 20, 40, .. up to 1 s,
    /// each shortened by chance so that competitors do not meet again.
    pub fn times(attempts: u32) -> Self {
        Self {
            attempts: attempts.max(1),
            pause: Duration::from_millis(10),
            longest: Duration::from_secs(1),
        }
    }

    /// The first pause and the longest.
    #[must_use]
    pub fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.pause = first;
        self.longest = longest;
        self
    }

    pub(super) fn attempts(self) -> u32 {
        self.attempts
    }

    /// The pause after the n-th attempt: half of it certain, half by chance.
    pub(super) fn pause(self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(20);
        let full = self.pause.saturating_mul(1 << doublings).min(self.longest);
        // The standard library's only source of chance; 0 to 1023.
        let chance = RandomState::new().hash_one(attempt) % 1024;
        let chance = u32::try_from(chance).unwrap_or_default();
        full / 2 + full / 2 * chance / 1024
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_transaction_is_opened_by_one_statement() {
        assert_eq!(TxOptions::new().begin(), "BEGIN");
        assert_eq!(
            TxOptions::new()
                .isolation(Isolation::Serializable)
                .read_only()
                .deferrable()
                .begin(),
            "BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY DEFERRABLE"
        );
        assert_eq!(TxOptions::new().read_only().begin(), "BEGIN READ ONLY");
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_vary_by_half() {
        let retry = Retry::times(9).pauses(Duration::from_millis(10), Duration::from_millis(50));
        for (attempt, full) in [(1, 10), (2, 20), (3, 40), (4, 50), (99, 50)] {
            let pause = retry.pause(attempt);
            let full = Duration::from_millis(full);
            assert!(pause >= full / 2 && pause <= full, "{attempt}: {pause:?}");
        }
    }
}
