//! Where a suite has its databases: each a file of SQLite.

#![allow(dead_code)] // each suite needs some of it

use orm_testkit::{LogScope, StatementLog, TestFile};

/// A database of a test's own, for as long as this lives.
pub(crate) type Home = TestFile;

/// What only a server has.
#[allow(unused_macros)]
macro_rules! on_a_server {
    ($($part:item)*) => {};
}

/// What only a file has.
#[allow(unused_macros)]
macro_rules! on_a_file {
    ($($part:item)*) => { $($part)* };
}

/// A new database.
pub(crate) async fn home() -> Result<Home, orm_testkit::Error> {
    TestFile::create()
}

/// The statements of a test. One is no round trip here, and trees are read level by
/// level: how many there are is nobody's concern, but for whether there are any.
#[derive(Clone)]
pub(crate) struct Log(StatementLog);

impl Log {
    pub(crate) fn new() -> Self {
        Log(StatementLog::new())
    }

    pub(crate) fn record(&self, sql: &str) {
        self.0.record(sql);
    }

    #[track_caller]
    pub(crate) fn assert_count(&self, count: usize) {
        if count == 0 {
            self.0.assert_count(0);
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
        if count == 0 {
            self.0.assert_count(0);
        }
    }

    pub(crate) fn statements(&self) -> Vec<String> {
        self.0.statements()
    }
}
