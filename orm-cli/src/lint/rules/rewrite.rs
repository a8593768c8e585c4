//! Whole tables that are written anew, or kept from everyone.

use crate::lint::fact::Fact;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "rewrites-table",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "the whole table is written anew while nobody can read it",
        example: Example {
            before: "CREATE TABLE events (id int PRIMARY KEY);",
            migration: "ALTER TABLE events SET UNLOGGED;",
        },
        check: rewritten,
    },
    Rule {
        name: "refresh-not-concurrent",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "nobody reads the view until it is computed",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY); \
                     CREATE MATERIALIZED VIEW totals AS SELECT id FROM orders; \
                     CREATE UNIQUE INDEX ON totals (id);",
            migration: "REFRESH MATERIALIZED VIEW totals;",
        },
        check: refreshed,
    },
    Rule {
        name: "detach-not-concurrent",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "it waits for every query on the whole table, and everyone waits behind it",
        example: Example {
            before: "CREATE TABLE events (day date) PARTITION BY RANGE (day); \
                     CREATE TABLE events_2024 PARTITION OF events \
                     FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
            migration: "ALTER TABLE events DETACH PARTITION events_2024;",
        },
        check: detached,
    },
    Rule {
        name: "attach-partition",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "every row of the partition is looked at while nobody can read it, unless a \
                 validated CHECK shows that they belong there",
        example: Example {
            before: "CREATE TABLE events (day date) PARTITION BY RANGE (day); \
                     CREATE TABLE events_2024 (day date);",
            migration: "ALTER TABLE events ATTACH PARTITION events_2024 \
                        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        },
        check: attached,
    },
    Rule {
        name: "lock-table",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "everyone whose lock does not go with it waits until the transaction ends",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY);",
            migration: "LOCK TABLE orders;",
        },
        check: locked,
    },
];

fn rewritten(step: &Step<'_>) -> Option<Found> {
    let Fact::Rewrites { table, by } = step.fact else {
        return None;
    };
    if table.as_ref().is_some_and(|table| step.scene.is_new(table)) {
        return None;
    }
    let vacuum = *by == "VACUUM FULL" && step.in_transaction;
    let directive = if vacuum {
        "-- orm:no-transaction\n"
    } else {
        ""
    };
    let allowed = step.allowed(
        "rewrites-table",
        "the table is small, or nobody uses it now",
    );
    Some(Found {
        table: table.clone(),
        rewrite: format!("{directive}{allowed}"),
    })
}

fn refreshed(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Refreshes {
            view,
            concurrently: false,
        } if !step.scene.is_new(view) => Found::on(
            view,
            format!(
                "REFRESH MATERIALIZED VIEW CONCURRENTLY {view};\n-- which needs a unique index on it"
            ),
        ),
        _ => None,
    }
}

fn detached(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DetachesPartition {
            table,
            partition,
            concurrently: false,
        } if !step.scene.is_new(table) => Found::on(
            table,
            format!(
                "-- orm:no-transaction\n\
                 ALTER TABLE {table} DETACH PARTITION {partition} CONCURRENTLY;"
            ),
        ),
        _ => None,
    }
}

fn attached(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::AttachesPartition(partition) if !step.scene.is_new(partition) => Found::on(
            partition,
            step.allowed(
                "attach-partition",
                "a validated CHECK says the same as its bounds",
            ),
        ),
        _ => None,
    }
}

fn locked(step: &Step<'_>) -> Option<Found> {
    let Fact::LocksTables { tables, mode } = step.fact else {
        return None;
    };
    if ["ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE"].contains(&mode.as_str()) {
        return None;
    }
    let used = tables.iter().find(|table| !step.scene.is_new(table))?;
    Found::on(
        used,
        step.allowed("lock-table", "it is held for a moment only"),
    )
}
