//! SQLite: the scenarios that are about no database in particular once more, and its own.

mod differences;
mod violated;

use std::env::current_exe;
use std::process::Command;

use crate::database::{DB_ON, Test, on_a_file};

/// What is about servers alone.
const OF_SERVERS: [&str; 12] = [
    "closing::",
    "errors::",
    "kept_away::",
    "opt_in::",
    "pages::plans::",
    "round_trips::",
    "settings::",
    "shared_reads::",
    "spread::",
    "types::",
    "violations::",
    "wire::",
];

// One program for both: its scenarios are compiled once.
#[test]
fn the_scenarios_pass_on_sqlite_too() -> Test {
    if on_a_file() {
        return Ok(());
    }
    let mut suite = Command::new(current_exe()?);
    suite.env(DB_ON.0, DB_ON.1);
    for name in OF_SERVERS {
        suite.args(["--skip", name]);
    }
    let done = suite.output()?;
    let said = String::from_utf8_lossy(&done.stdout);
    println!("{said}{}", String::from_utf8_lossy(&done.stderr));
    assert!(done.status.success(), "see what the scenarios said above");
    // The names that are skipped are still those of a few.
    let passed = said.matches(" ... ok\n").count();
    assert!(passed > 400, "{passed} scenarios");
    Ok(())
}
