//! Alone in its file: it replaces the panic hook of the process.

use std::panic::{self, Location};
use std::sync::{Arc, Mutex};

use orm_testkit::StatementLog;

// Without `#[track_caller]` on every step, a failed count points into the
// testkit and not at the test.
#[test]
fn a_failed_assertion_points_at_the_line_that_asserts() {
    let line = Arc::new(Mutex::new(0));
    let seen = Arc::clone(&line);
    panic::set_hook(Box::new(move |info| {
        *seen.lock().unwrap() = info.location().map_or(0, Location::line);
    }));

    let log = StatementLog::new();
    let on_log = line!() + 1;
    assert!(panic::catch_unwind(|| log.assert_count(3)).is_err());
    assert_eq!(*line.lock().unwrap(), on_log);

    let scope = log.scope();
    log.record("SELECT 1");
    let on_scope = line!() + 1;
    assert!(panic::catch_unwind(|| scope.assert_at_most(0)).is_err());
    assert_eq!(*line.lock().unwrap(), on_scope);
}
