//! The statements of a test.

use orm_testkit::{LogScope, StatementLog};

use super::on_a_file;

/// The statements of a test. In a file one is no round trip, and trees are read level by
/// level: how many there are is nobody's concern there, but for whether there are any.
#[derive(Clone)]
pub(crate) struct Log(StatementLog);

impl Log {
    pub(super) fn new() -> Self {
        Log(StatementLog::new())
    }

    pub(super) fn record(&self, sql: &str) {
        self.0.record(sql);
    }

    #[track_caller]
    pub(crate) fn assert_count(&self, count: usize) {
        if count == 0 || !on_a_file() {
            self.0.assert_count(count);
        }
    }

    pub(crate) fn clear(&self) {
        self.0.clear();
    }

    pub(crate) fn statements(&self) -> Vec<String> {
        self.0.statements()
    }

    pub(crate) fn scope(&self) -> Scope {
        Scope(self.0.scope())
    }
}

/// The statements from here on.
pub(crate) struct Scope(LogScope);

impl Scope {
    #[track_caller]
    pub(crate) fn assert_count(&self, count: usize) {
        if count == 0 || !on_a_file() {
            self.0.assert_count(count);
        }
    }

    pub(crate) fn statements(&self) -> Vec<String> {
        self.0.statements()
    }
}
