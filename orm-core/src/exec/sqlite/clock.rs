//! What time it is, to statements.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The time of the statement and of the transaction, in microseconds since
/// 1970-01-01 00:00 UTC: it stands still while a statement runs.
#[derive(Debug, Clone, Default)]
pub(in crate::exec) struct Clock {
    statement: Arc<AtomicI64>,
    transaction: Arc<AtomicI64>,
}

impl Clock {
    /// When the statement began.
    pub(in crate::exec) fn statement(&self) -> i64 {
        self.statement.load(Ordering::Relaxed)
    }

    /// When the transaction began; outside of one, the statement.
    pub(in crate::exec) fn transaction(&self) -> i64 {
        self.transaction.load(Ordering::Relaxed)
    }

    /// A statement begins, in an open transaction or as one of its own.
    pub(super) fn begin_statement(&self, in_transaction: bool) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = now.map_or(0, |since| {
            i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
        });
        self.statement.store(now, Ordering::Relaxed);
        if !in_transaction {
            self.transaction.store(now, Ordering::Relaxed);
        }
    }
}
