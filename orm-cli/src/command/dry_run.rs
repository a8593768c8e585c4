//! The SQL that would be run.

use orm_core::migrate::Planned;
use serde_json::{Value, json};

use super::migrate::word;
use crate::context::Context;

/// Prints it as a script.
pub(super) fn show(context: &Context, planned: &[Planned], none: &str) {
    if planned.is_empty() {
        context.output.line(none);
    }
    for migration in planned {
        context.output.line(&script(migration));
    }
    let planned: Vec<Value> = planned
        .iter()
        .map(|it| {
            json!({
                "name": it.name,
                "direction": word(it.direction),
                "in_transaction": it.in_transaction,
                "statements": it.statements,
            })
        })
        .collect();
    context.output.result(&json!({ "planned": planned }));
}

fn script(migration: &Planned) -> String {
    let mut out = format!("-- {}: {}\n", migration.name, word(migration.direction));
    let Some(statements) = &migration.statements else {
        out.push_str("-- written in Rust: its statements are known when it runs\n");
        return out;
    };
    let (begin, commit) = if migration.in_transaction {
        ("BEGIN;\n", "COMMIT;\n")
    } else {
        ("", "")
    };
    out.push_str(begin);
    for statement in statements {
        out.push_str(statement);
        out.push_str(";\n");
    }
    out.push_str(commit);
    out
}
