//! New names for what programs call by the old one.

use crate::lint::fact::Fact;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "rename-column",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still use the old name",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, name text);",
            migration: "ALTER TABLE users RENAME COLUMN name TO full_name;",
        },
        check: column,
    },
    Rule {
        name: "rename-table",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed still use the old name",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY);",
            migration: "ALTER TABLE users RENAME TO customers;",
        },
        check: table,
    },
    Rule {
        name: "move-table",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "programs that run while this is deployed look for it where it was",
        example: Example {
            before: "CREATE SCHEMA sales; CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE orders SET SCHEMA sales;",
        },
        check: moved,
    },
    Rule {
        name: "rename-schema",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still use the old name of everything in it",
        example: Example {
            before: "CREATE SCHEMA sales;",
            migration: "ALTER SCHEMA sales RENAME TO trade;",
        },
        check: schema,
    },
    Rule {
        name: "rename-type",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still send and read its values by the old name",
        example: Example {
            before: "CREATE TYPE mood AS ENUM ('good', 'bad');",
            migration: "ALTER TYPE mood RENAME TO temper;",
        },
        check: kind,
    },
    Rule {
        name: "rename-object",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still call the function or sequence by \
                 the old name",
        example: Example {
            before: "CREATE SEQUENCE numbers;",
            migration: "ALTER SEQUENCE numbers RENAME TO invoice_numbers;",
        },
        check: object,
    },
    Rule {
        name: "rename-label",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed still read and write the old label",
        example: Example {
            before: "CREATE TYPE status AS ENUM ('open', 'done');",
            migration: "ALTER TYPE status RENAME VALUE 'done' TO 'closed';",
        },
        check: label,
    },
];

/// What to do where more than one release may be running.
const MEANWHILE: &str = "only one release runs meanwhile";

fn column(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesColumn { table, column, to } if !step.scene.is_new(table) => Found::on(
            table,
            format!(
                "-- add `{to}`, write both, fill it, read `{to}`, and drop `{column}` later; or\n{}",
                step.allowed("rename-column", MEANWHILE)
            ),
        ),
        _ => None,
    }
}

fn table(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesTable { table, to } if !step.scene.is_new(table) => Found::on(
            table,
            format!(
                "{}\nCREATE VIEW {table} AS SELECT * FROM {to};",
                step.allowed("rename-table", "the old name stays as a view")
            ),
        ),
        _ => None,
    }
}

fn moved(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::MovesTable { table, .. } if !step.scene.is_new(table) => {
            Found::on(table, step.allowed("move-table", MEANWHILE))
        }
        _ => None,
    }
}

fn schema(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesSchema { .. } => Found::anywhere(step.allowed("rename-schema", MEANWHILE)),
        _ => None,
    }
}

fn kind(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesType { kind, .. }
            if !step.scene.is_new_type(kind) && !step.scene.is_type_made_anew(kind) =>
        {
            Found::anywhere(step.allowed("rename-type", MEANWHILE))
        }
        _ => None,
    }
}

fn object(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesObject => Found::anywhere(step.allowed("rename-object", MEANWHILE)),
        _ => None,
    }
}

fn label(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::RenamesLabel { kind, from, to } if !step.scene.is_new_type(kind) => {
            Found::anywhere(format!(
                "ALTER TYPE {kind} ADD VALUE {to} AFTER {from};\n\
                 -- write the new label from now on, and change the rows that hold {from}"
            ))
        }
        _ => None,
    }
}
