//! Rows that a migration changes, and code that may do anything.

use crate::lint::fact::Fact;
use crate::lint::rule::{Example, Found, Level, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "all-rows-at-once",
        level: Level::Danger,
        lock: None,
        reason: "every row is locked until the last one is written, and the table grows by half",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, active bool);",
            migration: "UPDATE users SET active = true;",
        },
        check: all_rows,
    },
    Rule {
        name: "copies-rows",
        level: Level::Danger,
        lock: None,
        reason: "all rows of the query are written at once: it takes as long as there are many, and \
                 a failure begins anew",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY); \
                     CREATE TABLE profiles (user_id int PRIMARY KEY);",
            migration: "INSERT INTO profiles SELECT id FROM users;",
        },
        check: copied,
    },
    Rule {
        name: "rows-while-locked",
        level: Level::Danger,
        lock: None,
        reason: "rows are written while this transaction still keeps others out of a table",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY);",
            migration: "ALTER TABLE users ADD COLUMN active bool; \
                        UPDATE users SET active = true WHERE id < 1000;",
        },
        check: while_locked,
    },
    Rule {
        name: "unseen-code",
        level: Level::Advice,
        lock: None,
        reason: "what this code does cannot be read off it, so nothing in it was checked",
        example: Example {
            before: "",
            migration: "DO $$ BEGIN PERFORM set_config('app.step', '2', false); END $$;",
        },
        check: code,
    },
];

fn all_rows(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Writes {
            table,
            narrowed: false,
            batch,
        } if !step.scene.is_new(table) => Found::on(
            table,
            format!("-- orm:no-transaction\n-- orm:batches {table} (id)\n{batch};"),
        ),
        _ => None,
    }
}

const IN_PARTS: &str = "some thousand rows at a time, until there are none left:";

fn copied(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Copies {
            table,
            narrowed: false,
        } if !step.scene.is_new(table) => Found::on(
            table,
            format!(
                "-- {IN_PARTS} narrow what is read by a WHERE; or\n{}",
                step.allowed("copies-rows", "there are few")
            ),
        ),
        _ => None,
    }
}

fn while_locked(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Writes {
            table,
            narrowed: true,
            ..
        }
        | Fact::Copies {
            table,
            narrowed: true,
        } if step.in_transaction && step.scene.locked().is_some() => {
            Found::on(table, step.without_transaction())
        }
        _ => None,
    }
}

fn code(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RunsCode => {
            Found::anywhere(step.allowed("unseen-code", "it has been read with locks in mind"))
        }
        _ => None,
    }
}
