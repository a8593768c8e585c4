//! Expressions with too many levels: refused before anything is sent.

use crate::ast::{Assignment, DEEPEST, Expr, Select, Value};
use crate::error::{Error, Result};
use crate::schema::TableDef;

/// Refuses a query with such an expression, wherever it stands.
pub(crate) fn refuse_depth(select: &Select) -> Result<()> {
    select
        .too_deep()
        .map_or(Ok(()), |table| Err(too_deep(table)))
}

/// Refuses such a condition of an update or a delete.
pub(crate) fn refuse_filter_depth(filter: Option<&Expr>, table: &TableDef) -> Result<()> {
    match filter {
        Some(filter) if filter.is_too_deep() => Err(too_deep(table)),
        _ => Ok(()),
    }
}

/// Refuses such new values.
pub(crate) fn refuse_value_depth(set: &[Assignment], table: &TableDef) -> Result<()> {
    let mut values = set.iter().map(|assignment| &assignment.value);
    match values.any(|value| matches!(value, Value::Expr(expr) if expr.is_too_deep())) {
        true => Err(too_deep(table)),
        false => Ok(()),
    }
}

fn too_deep(table: &TableDef) -> Error {
    Error::usage(format!(
        "{}: an expression has more than {DEEPEST} levels; chains of `and` and of `or` may be as long \
         as you like: write other lists with `in_`, `all_of` or `any_of`, and long sums with `raw_expr`",
        table.model
    ))
}
