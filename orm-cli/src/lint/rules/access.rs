//! Which rows a program may see.

use crate::lint::fact::Fact;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[Rule {
    name: "row-security",
    level: Level::Danger,
    lock: Some(Lock::AccessExclusive),
    reason: "programs that run while this is deployed see other rows at once, and none where no \
             policy lets them",
    example: Example {
        before: "CREATE TABLE orders (id int PRIMARY KEY);",
        migration: "ALTER TABLE orders ENABLE ROW LEVEL SECURITY;",
    },
    check: row_security,
}];

fn row_security(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::ChangesRowSecurity(table) if !step.scene.is_new(table) => Found::on(
            table,
            step.allowed(
                "row-security",
                "every release that runs has the policies it needs",
            ),
        ),
        _ => None,
    }
}
