//! What does not go together in one transaction.

use crate::lint::fact::Fact;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};
use crate::lint::scene;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "several-tables-locked",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "one table stays locked while the transaction waits for another, which may end \
                 in a deadlock",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY); \
                     CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE users ADD COLUMN note text; \
                        ALTER TABLE orders ADD COLUMN note text;",
        },
        check: several,
    },
    Rule {
        name: "label-in-its-transaction",
        level: Level::Danger,
        lock: None,
        reason: "a label cannot be used before the transaction that added it has ended",
        example: Example {
            before: "CREATE TYPE status AS ENUM ('open'); \
                     CREATE TABLE orders (id int PRIMARY KEY, status status);",
            migration: "ALTER TYPE status ADD VALUE 'closed'; \
                        INSERT INTO orders VALUES (1, 'closed');",
        },
        check: fresh_label,
    },
    Rule {
        name: "no-lock-timeout",
        level: Level::Danger,
        lock: None,
        reason: "without a limit, a statement that waits for its lock keeps everyone behind it waiting",
        example: Example {
            before: "",
            migration: "SET LOCAL lock_timeout = 0;",
        },
        check: patient,
    },
];

fn several(step: &Step<'_>) -> Option<Found> {
    let table = scene::locked(step.fact)?;
    if !step.in_transaction || step.scene.is_new(table) || step.scene.holds(table) {
        return None;
    }
    step.scene.other_locked(table)?;
    Found::on(table, step.without_transaction())
}

fn fresh_label(step: &Step<'_>) -> Option<Found> {
    if !step.in_transaction || matches!(step.fact, Fact::AddsLabel { .. }) {
        return None;
    }
    step.scene.fresh_label_in(step.text)?;
    Found::anywhere(step.without_transaction())
}

fn patient(step: &Step<'_>) -> Option<Found> {
    let Fact::Sets { setting, value } = step.fact else {
        return None;
    };
    let number: String = value.chars().filter(char::is_ascii_digit).collect();
    let endless = number.is_empty() || number.bytes().all(|digit| digit == b'0');
    (setting == "lock_timeout" && endless).then_some(())?;
    Found::anywhere("SET LOCAL lock_timeout = '5s';".to_owned())
}
