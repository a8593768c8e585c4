//! What programs may still be using.

use crate::lint::fact::{Fact, Thing};
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "drop-column",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still name the column, and its values are gone",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, nickname text);",
            migration: "ALTER TABLE users DROP COLUMN nickname;",
        },
        check: column,
    },
    Rule {
        name: "drop-table",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still use it, and its rows are gone",
        example: Example {
            before: "CREATE TABLE drafts (id int PRIMARY KEY);",
            migration: "DROP TABLE drafts;",
        },
        check: table,
    },
    Rule {
        name: "drop-type",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still send and read its values",
        example: Example {
            before: "CREATE TYPE mood AS ENUM ('good', 'bad');",
            migration: "DROP TYPE mood;",
        },
        check: kind,
    },
    Rule {
        name: "drop-schema",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still use what is in it",
        example: Example {
            before: "CREATE SCHEMA old;",
            migration: "DROP SCHEMA old;",
        },
        check: schema,
    },
    Rule {
        name: "drop-view",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still read it",
        example: Example {
            before: "CREATE VIEW totals AS SELECT 1 AS total;",
            migration: "DROP VIEW totals;",
        },
        check: view,
    },
    Rule {
        name: "drop-routine",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still call it",
        example: Example {
            before: "CREATE FUNCTION tax(amount int) RETURNS int LANGUAGE sql AS 'SELECT amount / 5';",
            migration: "DROP FUNCTION tax(int);",
        },
        check: routine,
    },
    Rule {
        name: "drop-sequence",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still take numbers from it, and where \
                 it stood is gone",
        example: Example {
            before: "CREATE SEQUENCE invoice_numbers;",
            migration: "DROP SEQUENCE invoice_numbers;",
        },
        check: sequence,
    },
    Rule {
        name: "drop-extension",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still use its types, operators and functions",
        example: Example {
            before: "",
            migration: "DROP EXTENSION IF EXISTS citext;",
        },
        check: extension,
    },
    Rule {
        name: "drop-owned",
        level: Level::Danger,
        lock: None,
        reason: "everything that the role owns is gone, tables with their rows, without being named",
        example: Example {
            before: "",
            migration: "DROP OWNED BY former_user;",
        },
        check: owned,
    },
    Rule {
        name: "cascade",
        level: Level::Danger,
        lock: None,
        reason: "whatever depends on it goes too, without being named: views, constraints, columns \
                 of other tables",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, CONSTRAINT users_id UNIQUE (id));",
            migration: "ALTER TABLE users DROP CONSTRAINT users_id CASCADE;",
        },
        check: cascade,
    },
    Rule {
        name: "truncate",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "all rows are gone, those of the tables that refer to it too where it says CASCADE",
        example: Example {
            before: "CREATE TABLE events (id int PRIMARY KEY);",
            migration: "TRUNCATE events;",
        },
        check: truncated,
    },
];

const UNUSED: &str = "no running release uses it";

fn column(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsColumn { table, .. } if !step.scene.is_new(table) => {
            Found::on(table, step.allowed("drop-column", UNUSED))
        }
        _ => None,
    }
}

fn table(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsTable(table) if !step.scene.is_new(table) => {
            Found::on(table, step.allowed("drop-table", UNUSED))
        }
        _ => None,
    }
}

fn kind(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsType(kind) if !step.scene.is_new_type(kind) => {
            Found::anywhere(step.allowed("drop-type", UNUSED))
        }
        _ => None,
    }
}

fn schema(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsSchema(_) => Found::anywhere(step.allowed("drop-schema", UNUSED)),
        _ => None,
    }
}

/// A thing of this kind that is gone for a program.
fn missed(step: &Step<'_>, kind: Thing, rule: &str) -> Option<Found> {
    match step.fact {
        Fact::Drops(thing, name) if *thing == kind && step.scene.is_missed(kind, name) => {
            Found::anywhere(step.allowed(rule, UNUSED))
        }
        _ => None,
    }
}

fn view(step: &Step<'_>) -> Option<Found> {
    missed(step, Thing::View, "drop-view")
}

fn routine(step: &Step<'_>) -> Option<Found> {
    missed(step, Thing::Routine, "drop-routine")
}

fn sequence(step: &Step<'_>) -> Option<Found> {
    missed(step, Thing::Sequence, "drop-sequence")
}

fn extension(step: &Step<'_>) -> Option<Found> {
    missed(step, Thing::Extension, "drop-extension")
}

fn owned(step: &Step<'_>) -> Option<Found> {
    missed(step, Thing::Owned, "drop-owned")
}

fn cascade(step: &Step<'_>) -> Option<Found> {
    let Fact::Cascades(things) = step.fact else {
        return None;
    };
    let new = |name| step.scene.is_new(name) || step.scene.is_new_type(name);
    if !things.is_empty() && things.iter().all(new) {
        return None;
    }
    Found::anywhere(format!(
        "-- drop what depends on it by its name, and leave CASCADE out; or\n{}",
        step.allowed("cascade", "nothing depends on it but what was looked up")
    ))
}

fn truncated(step: &Step<'_>) -> Option<Found> {
    let Fact::Truncates(tables) = step.fact else {
        return None;
    };
    let used = tables.iter().find(|table| !step.scene.is_new(table))?;
    Found::on(used, step.allowed("truncate", "the rows are not needed"))
}
