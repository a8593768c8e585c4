//! One statement for a tree, or one per level?
//!
//! One statement saves round trips and costs the server more per row: the rows
//! of a level are written down once so that the next level can find its keys,
//! and every row is as wide as the widest level. Measured by `orm-bench`, that
//! is about 0.25 µs per row; so a tree of many rows from a server that is near
//! is fetched level by level, in a transaction in which every statement sees
//! the same snapshot. How many rows a tree has is known from its last run.

use std::time::Duration;

use super::plan::Level;
use crate::exec::Exec;

/// What a row costs more in one statement than in a level's own.
const FOLDING: Duration = Duration::from_nanos(250);

/// The round trips of opening and ending a transaction.
const TRANSACTION: u32 = 2;

/// The rows of the last run, if fetching level by level is quicker.
///
/// Never inside a transaction: its isolation may give each statement a
/// snapshot of its own.
pub(super) fn pays(db: Exec<'_>, root: &Level, text: &str) -> Option<u64> {
    let levels = joined_levels(root);
    if levels == 0 || db.in_transaction() {
        return None;
    }
    let rows = db.many_rows(text)?;
    let folding = FOLDING.saturating_mul(u32::try_from(rows).unwrap_or(u32::MAX));
    let travelling = db.round_trip().saturating_mul(levels + TRANSACTION);
    (folding > travelling).then_some(rows)
}

/// How many levels would get a statement of their own.
fn joined_levels(level: &Level) -> u32 {
    let children = level.children.iter();
    children
        .map(|child| u32::from(child.may_be_spread) + joined_levels(child))
        .sum()
}
