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

/// The round trips of opening and ending a snapshot: BEGIN travels with the first
/// query, COMMIT waits for the last to begin.
const TRANSACTION: u32 = 1;

/// The rows of the last run, if fetching level by level is quicker.
///
/// Never inside a transaction: its isolation may give each statement a
/// snapshot of its own. Nor beside others on their connection: it would take another.
pub(super) fn pays(db: Exec<'_>, root: &Level, text: &str) -> Option<u64> {
    let levels = joined_levels(root);
    if levels == 0 || db.in_transaction() || db.stands_in_line() {
        return None;
    }
    let rows = db.many_rows(text)?;
    is_quicker(rows, levels, db.round_trip()).then_some(rows)
}

fn is_quicker(rows: u64, levels: u32, round_trip: Duration) -> bool {
    let folding = FOLDING.saturating_mul(u32::try_from(rows).unwrap_or(u32::MAX));
    folding > round_trip.saturating_mul(levels + TRANSACTION)
}

/// How many levels would get a statement of their own.
fn joined_levels(level: &Level) -> u32 {
    let children = level.children.iter();
    children
        .map(|child| u32::from(child.may_be_spread) + joined_levels(child))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEAR: Duration = Duration::from_micros(50);
    const FAR: Duration = Duration::from_millis(1);

    // 5,000 rows from far away are worth waiting for in one go.
    #[test]
    fn the_distance_decides() {
        assert!(is_quicker(5_000, 3, NEAR));
        assert!(!is_quicker(5_000, 3, FAR));
        assert!(is_quicker(40_000, 3, FAR));
    }

    // BEGIN and COMMIT are a round trip of their own, and a draw is no gain.
    #[test]
    fn the_transaction_counts() {
        assert!(!is_quicker(1_000, 1, Duration::from_micros(150)));
        assert!(is_quicker(1_000, 1, Duration::from_micros(100)));
        assert!(!is_quicker(1_000, 1, Duration::from_micros(125)));
    }

    // Before the first answer the distance is unknown, which is not near.
    #[test]
    fn an_unknown_distance_changes_nothing() {
        assert!(!is_quicker(u64::MAX, 1, Duration::from_nanos(u64::MAX)));
    }
}
