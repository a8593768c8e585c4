//! Who belongs to an association: writes and reads agree.

mod elsewhere;
mod join_rows;
mod keys;
mod outdated;
mod owners;
mod protected;
mod rewritten;
mod scopes;
mod shared_parts;
mod transactions;

/// The numbers of some rows, in order.
macro_rules! ids {
    ($rows:expr) => {{
        let mut ids: Vec<_> = $rows.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids
    }};
}

use ids;
