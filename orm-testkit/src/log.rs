//! A list of statements that a test can ask questions of.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The statements that were sent, in order. A clone is the same log.
///
/// It knows no ORM: connect it to whatever reports statements with a closure
/// that calls [`record`](Self::record).
///
/// ```
/// use orm_testkit::StatementLog;
///
/// let log = StatementLog::new();
/// let reporter = log.clone();
/// let on_statement = move |sql: &str| reporter.record(sql);
///
/// let scope = log.scope();
/// on_statement(r#"SELECT "id" FROM "users""#);
/// scope.assert_count(1);
/// assert_eq!(log.matching("users").len(), 1);
/// ```
#[derive(Clone, Default)]
pub struct StatementLog {
    entries: Arc<Mutex<Entries>>,
}

#[derive(Default)]
struct Entries {
    /// How many statements `clear` has removed: positions never go back, so an
    /// open scope stays right.
    cleared: usize,
    statements: Vec<String>,
}

impl StatementLog {
    /// An empty log.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one statement.
    pub fn record(&self, sql: &str) {
        self.lock().statements.push(sql.to_owned());
    }

    /// The statements since the beginning or the last [`clear`](Self::clear).
    pub fn statements(&self) -> Vec<String> {
        self.lock().statements.clone()
    }

    /// How many statements there are.
    pub fn count(&self) -> usize {
        self.lock().statements.len()
    }

    /// Forgets all statements.
    pub fn clear(&self) {
        let mut entries = self.lock();
        entries.cleared += entries.statements.len();
        entries.statements.clear();
    }

    /// The statements that contain the text.
    pub fn matching(&self, text: &str) -> Vec<String> {
        matching(self.statements(), text)
    }

    /// Starts to count from here; the log itself goes on.
    pub fn scope(&self) -> LogScope {
        let entries = self.lock();
        LogScope {
            start: entries.cleared + entries.statements.len(),
            log: self.clone(),
        }
    }

    /// Asserts that there are exactly so many statements.
    ///
    /// # Panics
    ///
    /// When there are not; the message lists every statement.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        assert_exactly(&self.statements(), expected);
    }

    /// Asserts that there are not more than so many statements.
    ///
    /// # Panics
    ///
    /// When there are; the message lists every statement.
    #[track_caller]
    pub fn assert_at_most(&self, limit: usize) {
        assert_at_most(&self.statements(), limit);
    }

    fn since(&self, start: usize) -> Vec<String> {
        let entries = self.lock();
        let from = start.saturating_sub(entries.cleared);
        entries.statements.get(from..).unwrap_or(&[]).to_vec()
    }

    /// A list of statements is whole after a panic elsewhere, too.
    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for StatementLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.statements()).finish()
    }
}

/// The statements of a [`StatementLog`] since [`StatementLog::scope`].
///
/// A log is shared, so a scope sees what every thread recorded meanwhile.
#[derive(Clone)]
pub struct LogScope {
    log: StatementLog,
    start: usize,
}

impl LogScope {
    /// The statements since the scope was opened.
    pub fn statements(&self) -> Vec<String> {
        self.log.since(self.start)
    }

    /// How many statements there were since the scope was opened.
    pub fn count(&self) -> usize {
        self.statements().len()
    }

    /// The statements since the scope was opened that contain the text.
    pub fn matching(&self, text: &str) -> Vec<String> {
        matching(self.statements(), text)
    }

    /// Asserts that there were exactly so many statements.
    ///
    /// # Panics
    ///
    /// When there were not; the message lists every statement.
    #[track_caller]
    pub fn assert_count(&self, expected: usize) {
        assert_exactly(&self.statements(), expected);
    }

    /// Asserts that there were not more than so many statements.
    ///
    /// # Panics
    ///
    /// When there were; the message lists every statement.
    #[track_caller]
    pub fn assert_at_most(&self, limit: usize) {
        assert_at_most(&self.statements(), limit);
    }
}

impl fmt::Debug for LogScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.statements()).finish()
    }
}

fn matching(mut statements: Vec<String>, text: &str) -> Vec<String> {
    statements.retain(|sql| sql.contains(text));
    statements
}

#[track_caller]
fn assert_exactly(statements: &[String], expected: usize) {
    assert!(
        statements.len() == expected,
        "expected {}, counted {}{}",
        plural(expected),
        statements.len(),
        listed(statements)
    );
}

#[track_caller]
fn assert_at_most(statements: &[String], limit: usize) {
    assert!(
        statements.len() <= limit,
        "expected at most {}, counted {}{}",
        plural(limit),
        statements.len(),
        listed(statements)
    );
}

fn plural(n: usize) -> String {
    format!("{n} statement{}", if n == 1 { "" } else { "s" })
}

fn listed(statements: &[String]) -> String {
    let lines = statements.iter().enumerate();
    lines
        .map(|(i, sql)| format!("\n  {}. {sql}", i + 1))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::panic::catch_unwind;

    use super::*;

    fn log(statements: &[&str]) -> StatementLog {
        let log = StatementLog::new();
        for sql in statements {
            log.record(sql);
        }
        log
    }

    fn panic_text(assertion: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = catch_unwind(assertion).expect_err("the assertion must fail");
        *panic.downcast::<String>().expect("a formatted message")
    }

    #[test]
    fn a_clone_is_the_same_log() {
        let log = StatementLog::new();
        log.clone().record("SELECT 1");
        assert_eq!(log.statements(), ["SELECT 1"]);
        log.clear();
        assert_eq!(log.count(), 0);
    }

    #[test]
    fn matching_keeps_the_order() {
        let log = log(&["SELECT a", "UPDATE b", "SELECT c"]);
        assert_eq!(log.matching("SELECT"), ["SELECT a", "SELECT c"]);
    }

    #[test]
    fn a_wrong_count_lists_every_statement() {
        let exact = panic_text(|| log(&["SELECT a", "SELECT b"]).assert_count(1));
        assert_eq!(
            exact,
            "expected 1 statement, counted 2\n  1. SELECT a\n  2. SELECT b"
        );
        let most = panic_text(|| log(&["SELECT a"]).assert_at_most(0));
        assert_eq!(
            most,
            "expected at most 0 statements, counted 1\n  1. SELECT a"
        );
    }

    #[test]
    fn a_scope_counts_from_its_beginning_even_when_the_log_is_cleared() {
        let log = log(&["before"]);
        let scope = log.scope();
        log.record("one");
        assert_eq!(scope.statements(), ["one"]);
        scope.assert_count(1);

        log.clear();
        assert_eq!(scope.count(), 0);
        log.record("two");
        assert_eq!(scope.statements(), ["two"]);
        scope.assert_at_most(1);
        assert_eq!(log.scope().count(), 0);
    }

    #[test]
    fn many_threads_lose_nothing() {
        let log = StatementLog::new();
        std::thread::scope(|threads| {
            for _ in 0..4 {
                threads.spawn(|| (0..100).for_each(|_| log.record("SELECT 1")));
            }
        });
        log.assert_count(400);
    }
}
