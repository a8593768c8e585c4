//! Columns that are added or changed.

use super::constraint::never_null;
use crate::lint::fact::{Column, Default, Fact};
use crate::lint::name::Name;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};
use crate::lint::widening;

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "volatile-default",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "the default may give each row another value, so the whole table is written anew",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE orders ADD COLUMN token uuid DEFAULT gen_random_uuid();",
        },
        check: volatile,
    },
    Rule {
        name: "numbered-column",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "every row gets a number, so the whole table is written anew",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE orders ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;",
        },
        check: numbered,
    },
    Rule {
        name: "stored-generated-column",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "the value is computed for every row, so the whole table is written anew",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, total int);",
            migration: "ALTER TABLE orders ADD COLUMN half int GENERATED ALWAYS AS (total / 2) STORED;",
        },
        check: stored,
    },
    Rule {
        name: "not-null-without-default",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "rows that exist have no value for it, so it fails on a table with rows; programs \
                 that do not know the column fail afterwards",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE orders ADD COLUMN status text NOT NULL;",
        },
        check: required,
    },
    Rule {
        name: "column-type",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "most changes of type write the whole table and its indexes anew, and programs \
                 that run meanwhile expect the old type",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, total int);",
            migration: "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
        },
        check: retyped,
    },
    Rule {
        name: "drop-not-null",
        level: Level::Danger,
        lock: None,
        reason: "programs that run while this is deployed may read a NULL they cannot hold",
        example: Example {
            before: "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL);",
            migration: "ALTER TABLE users ALTER COLUMN email DROP NOT NULL;",
        },
        check: nullable,
    },
    Rule {
        name: "json-column",
        level: Level::Danger,
        lock: None,
        reason: "`json` cannot be compared, so DISTINCT, GROUP BY and UNION fail on the table",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "ALTER TABLE orders ADD COLUMN details json;",
        },
        check: json,
    },
];

/// The column that a step adds to a table that programs use.
fn added<'s>(step: &Step<'s>) -> Option<(&'s Name, &'s Column)> {
    match step.fact {
        Fact::AddsColumn { table, column } if !step.scene.is_new(table) => Some((table, column)),
        _ => None,
    }
}

const THEN_FILL: &str = "-- then fill the rows that exist, some at a time (`orm:batches`)";

fn volatile(step: &Step<'_>) -> Option<Found> {
    let (table, column) = added(step)?;
    let Default::Changing(expression) = &column.default else {
        return None;
    };
    let Column { name, kind, .. } = column;
    let mut rewrite = format!(
        "-- orm:no-transaction\n\
         ALTER TABLE {table} ADD COLUMN {name} {kind};\n\
         ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT {expression};\n\
         -- orm:batches {table} (id)\n\
         UPDATE {table} SET {name} = {expression} WHERE id BETWEEN $1 AND $2 AND {name} IS NULL;"
    );
    if column.not_null {
        rewrite.push('\n');
        rewrite.push_str(&never_null(table, name));
    }
    Found::on(table, rewrite)
}

fn numbered(step: &Step<'_>) -> Option<Found> {
    let (table, column) = added(step)?;
    let name = &column.name;
    let sequence = table.derived("", &format!("_{}_seq", name.last()));
    column.numbered.then_some(())?;
    Found::on(
        table,
        format!(
            "-- orm:no-transaction\n\
             ALTER TABLE {table} ADD COLUMN {name} bigint;\n\
             CREATE SEQUENCE {sequence} OWNED BY {table}.{name};\n\
             ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT nextval('{sequence}');\n\
             {THEN_FILL}"
        ),
    )
}

fn stored(step: &Step<'_>) -> Option<Found> {
    let (table, column) = added(step)?;
    column.stored.then_some(())?;
    Found::on(
        table,
        format!(
            "ALTER TABLE {table} ADD COLUMN {} {};\n\
             -- let a trigger keep it from now on\n{THEN_FILL}",
            column.name, column.kind
        ),
    )
}

fn required(step: &Step<'_>) -> Option<Found> {
    let (table, column) = added(step)?;
    let filled = column.default != Default::None || column.numbered || column.stored;
    if filled || !column.not_null {
        return None;
    }
    let Column { name, kind, .. } = column;
    Found::on(
        table,
        format!(
            "-- orm:no-transaction\n\
             ALTER TABLE {table} ADD COLUMN {name} {kind};\n\
             {THEN_FILL}, and when every program writes it:\n{}",
            never_null(table, name)
        ),
    )
}

fn retyped(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::ChangesType { table, column, to } if !step.scene.is_new(table) => {
            let from = step.scene.type_of(table, column);
            if from.is_some_and(|from| widening::keeps_rows(from, to)) {
                return None;
            }
            let new = column.derived("", "_new");
            Found::on(
                table,
                format!(
                    "ALTER TABLE {table} ADD COLUMN {new} {to};\n\
                     -- write both from now on; {}; read the new one; drop the old one later",
                    &THEN_FILL[3..]
                ),
            )
        }
        _ => None,
    }
}

fn nullable(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsNotNull { table, .. } if !step.scene.is_new(table) => Found::on(
            table,
            step.allowed("drop-not-null", "every release that runs can read NULL"),
        ),
        _ => None,
    }
}

fn json(step: &Step<'_>) -> Option<Found> {
    let is_json = |column: &Column| column.kind.eq_ignore_ascii_case("json");
    let (table, found) = match step.fact {
        Fact::AddsColumn { table, column } => (table, is_json(column)),
        Fact::CreatesTable { table, columns, .. } => (table, columns.iter().any(is_json)),
        _ => return None,
    };
    found.then_some(())?;
    Found::on(table, format!("{};", with_jsonb(step.text)))
}

/// The statement with every word `json` as `jsonb`.
fn with_jsonb(text: &str) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    let words = text.split_inclusive(|c| !is_word(c));
    words
        .map(|word| {
            let bare = word.trim_end_matches(|c| !is_word(c));
            if bare.eq_ignore_ascii_case("json") {
                format!("jsonb{}", &word[bare.len()..])
            } else {
                word.to_owned()
            }
        })
        .collect()
}
