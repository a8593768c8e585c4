//! Indexes.

use crate::lint::fact::{Fact, Index};
use crate::lint::name::Name;
use crate::lint::rule::{Example, Found, Level, Lock, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "index-not-concurrent",
        level: Level::Danger,
        lock: Some(Lock::Share),
        reason: "building the index keeps everyone from writing until it is done",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
            migration: "CREATE INDEX orders_user_id ON orders (user_id);",
        },
        check: created,
    },
    Rule {
        name: "index-without-name",
        level: Level::Danger,
        lock: None,
        reason: "a second run, after a failure, makes a second index: no name says that it is there",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
            migration: "-- orm:no-transaction\nCREATE INDEX CONCURRENTLY ON orders (user_id);",
        },
        check: unnamed,
    },
    Rule {
        name: "drop-index-not-concurrent",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "dropping the index waits for every query on its table, and everyone waits behind it",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, user_id int); \
                     CREATE INDEX orders_user_id ON orders (user_id);",
            migration: "DROP INDEX orders_user_id;",
        },
        check: dropped,
    },
    Rule {
        name: "reindex-not-concurrent",
        level: Level::Danger,
        lock: Some(Lock::AccessExclusive),
        reason: "rebuilding the index keeps out whoever writes, and whoever would read by it",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, user_id int); \
                     CREATE INDEX orders_user_id ON orders (user_id);",
            migration: "REINDEX INDEX orders_user_id;",
        },
        check: rebuilt,
    },
    Rule {
        name: "concurrent-in-transaction",
        level: Level::Danger,
        lock: None,
        reason: "the server refuses the statement inside a transaction, so the migration fails",
        example: Example {
            before: "CREATE TABLE orders (id int PRIMARY KEY, user_id int);",
            migration: "CREATE INDEX CONCURRENTLY orders_user_id ON orders (user_id);",
        },
        check: in_transaction,
    },
];

fn created(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::CreatesIndex(index) if !index.concurrently && !step.scene.is_new(&index.table) => {
            let text = after(step.text, "INDEX", " CONCURRENTLY");
            Found::on(&index.table, alone(&with_name(&text, index)))
        }
        _ => None,
    }
}

fn unnamed(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::CreatesIndex(index)
            if index.concurrently && index.name.is_none() && !step.scene.is_new(&index.table) =>
        {
            Found::on(&index.table, alone(&with_name(step.text, index)))
        }
        _ => None,
    }
}

fn dropped(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::DropsIndex {
            indexes,
            concurrently: false,
        } => {
            // Several at once is what the concurrent form cannot.
            let each = indexes.split(',').map(str::trim);
            let used = each.filter(|index| !step.scene.is_new_index(&Name::new(index)));
            let drops: Vec<String> = used
                .map(|index| format!("DROP INDEX CONCURRENTLY {index};"))
                .collect();
            if drops.is_empty() {
                return None;
            }
            Found::anywhere(format!("-- orm:no-transaction\n{}", drops.join("\n")))
        }
        _ => None,
    }
}

fn rebuilt(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Reindexes {
            target,
            concurrently: false,
        } => {
            let (what, name) = target.split_once(char::is_whitespace)?;
            Found::anywhere(format!(
                "-- orm:no-transaction\nREINDEX {what} CONCURRENTLY {};",
                name.trim()
            ))
        }
        _ => None,
    }
}

fn in_transaction(step: &Step<'_>) -> Option<Found> {
    let refused = match step.fact {
        Fact::CreatesIndex(index) => index.concurrently,
        Fact::DropsIndex { concurrently, .. }
        | Fact::Reindexes { concurrently, .. }
        | Fact::DetachesPartition { concurrently, .. } => *concurrently,
        Fact::NeedsNoTransaction => true,
        _ => false,
    };
    if refused && step.in_transaction {
        return Found::anywhere(step.without_transaction());
    }
    None
}

/// The statement with a name for its index, as the server would make one.
fn with_name(text: &str, index: &Index) -> String {
    if index.name.is_some() {
        return text.to_owned();
    }
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '"';
    let columns = index.columns.iter().map(|column| {
        let is_column = column.to_string().chars().all(plain);
        if is_column { column.last() } else { "expr" }
    });
    let columns: Vec<&str> = columns.collect();
    let name = index
        .table
        .derived("", &format!("_{}_idx", columns.join("_")));
    after(text, "CONCURRENTLY", &format!(" {name}"))
}

fn alone(text: &str) -> String {
    format!("-- orm:no-transaction\n{text};")
}

/// The statement with something after a word of it.
fn after(text: &str, word: &str, more: &str) -> String {
    let at = text.to_ascii_uppercase().find(word).unwrap_or_default() + word.len();
    let (head, rest) = text.split_at(at);
    format!("{head}{more}{rest}")
}
