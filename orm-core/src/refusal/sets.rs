//! Rows of several queries, put together.

use super::{Judged, Problem, typed};
use crate::ast::{Expr, Select};

/// Rows that are compared need values that can be, and rows that are put together are
/// those of no table.
pub(super) fn judge(select: &Select) -> Judged {
    let refused = |words| Err(Problem::new(select.table, words));
    if select.sources().any(|it| it.lock.is_some()) {
        return refused(
            "rows that are put together cannot be locked; lock the rows first, then ask for their values",
        );
    }
    if select.combined.iter().any(|it| it.op.compares()) {
        for it in select.sources() {
            let mut values = it.values().iter();
            values.try_for_each(|value| typed::has_equality(it.table, value))?;
        }
    }
    for term in &select.order_by {
        let Expr::Place(at, _) = term.expr else {
            return refused(
                "rows that are put together are sorted by what the first query shows, by the whole expression; show it in each of them, or sort the rows in the program",
            );
        };
        for it in select.sources() {
            let sorted_by = it.values().get(usize::from(at));
            sorted_by.map_or(Ok(()), |value| typed::has_equality(it.table, value))?;
        }
    }
    Ok(())
}
