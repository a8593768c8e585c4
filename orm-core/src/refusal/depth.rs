//! Expressions and queries with too many levels: refused before anything is sent.

use super::{Judged, Problem};
use crate::ast::{Assignment, DEEPEST, DEEPEST_QUERIES, Expr, Include, Select, Value};
use crate::schema::TableDef;

/// Refuses a query with such an expression, wherever it stands.
pub(super) fn query(select: &Select) -> Judged {
    select
        .too_deep()
        .map_or(Ok(()), |table| Err(too_deep(table)))
}

/// The same of what is loaded for rows that are there.
pub(super) fn include(include: &Include) -> Judged {
    include
        .too_deep()
        .map_or(Ok(()), |table| Err(too_deep(table)))
}

/// Refuses such a condition of an update or a delete.
pub(super) fn filter(filter: Option<&Expr>, table: &TableDef) -> Judged {
    match filter {
        Some(filter) if filter.is_too_deep() => Err(too_deep(table)),
        _ => Ok(()),
    }
}

/// Refuses such new values.
pub(super) fn values(set: &[Assignment], table: &TableDef) -> Judged {
    let mut values = set.iter().map(|assignment| &assignment.value);
    match values.any(|value| matches!(value, Value::Expr(expr) if expr.is_too_deep())) {
        true => Err(too_deep(table)),
        false => Ok(()),
    }
}

fn too_deep(table: &TableDef) -> Problem {
    if !table.scopes.is_empty() {
        return Problem::new(
            table,
            "a default scope asks for rows whose own default scopes ask for it again, without an end: \
             write it without an association that leads back, or lift it with `unscoped`",
        );
    }
    Problem::new(
        table,
        format!(
            "an expression has more than {DEEPEST} levels, or queries stand in each other more than \
             {DEEPEST_QUERIES} deep; chains of `and`, of `or` and of one step of a set may be as long as you \
             like: write other lists with `in_`, `all_of` or `any_of`, and long sums with `raw_expr`"
        ),
    )
}
