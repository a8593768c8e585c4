//! What programs may still be using.

use crate::lint::fact::Fact;
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
        Fact::DropsColumn(table) if !step.scene.is_new(table) => {
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
        Fact::DropsSchema => Found::anywhere(step.allowed("drop-schema", UNUSED)),
        _ => None,
    }
}

fn truncated(step: &Step<'_>) -> Option<Found> {
    let Fact::Truncates(tables) = step.fact else {
        return None;
    };
    let used = tables.iter().find(|table| !step.scene.is_new(table))?;
    Found::on(used, step.allowed("truncate", "the rows are not needed"))
}
