//! Which rows belong to which parents.
//!
//! Rows are put into groups, one for each key, in the order in which the keys
//! first appear among the parents. Then parents are served from the last to the
//! first: the first parent of a group finds its rows at the end, and takes them;
//! any other gets copies. So every row is moved once, and nothing is marked.

use foldhash::{HashMap, HashMapExt};

use crate::key::Key;

/// The place of a row whose key no parent has, or of a parent without a key.
const NONE: u32 = u32::MAX;

/// The groups of rows, and what each parent gets.
pub(super) struct Groups {
    parents: Vec<Parent>,
    /// Where each group begins, and where the last ends.
    starts: Vec<u32>,
}

#[derive(Clone, Copy)]
struct Parent {
    group: u32,
    /// Whether no parent before it has the group.
    is_first: bool,
}

/// What one parent gets.
pub(super) enum Share {
    /// The rows from this place to the end, which are no other parent's.
    Last(usize),
    /// Copies of these rows.
    Copies(std::ops::Range<usize>),
}

impl Groups {
    /// The groups, and the order that puts the rows into them: for each place the
    /// row that it gets; empty where they are in order. Rows of one group are
    /// sorted by their ordinals, if there are any. Rows of no group come last.
    pub(super) fn new<K: Key>(
        parents: &[Option<K>],
        rows: &[Option<K>],
        ordinals: &[i64],
    ) -> (Groups, Vec<u32>) {
        let mut of_key: HashMap<&K, u32> = HashMap::with_capacity(parents.len());
        let mut served = Vec::with_capacity(parents.len());
        for key in parents {
            let next = of_key.len() as u32;
            let group = key.as_ref().map(|key| *of_key.entry(key).or_insert(next));
            served.push(Parent {
                group: group.unwrap_or(NONE),
                is_first: group == Some(next),
            });
        }
        let mut of_row = Vec::with_capacity(rows.len());
        for key in rows {
            let group = key.as_ref().and_then(|key| of_key.get(key));
            of_row.push(group.copied().unwrap_or(NONE));
        }
        let (starts, order) = placed(&of_row, of_key.len(), ordinals);
        let groups = Groups {
            parents: served,
            starts,
        };
        (groups, order)
    }

    /// How many rows belong to a parent.
    pub(super) fn rows(&self) -> usize {
        self.starts.last().map_or(0, |&end| end as usize)
    }

    /// What the last parent gets that was not served yet.
    pub(super) fn pop(&mut self) -> Option<Share> {
        let parent = self.parents.pop()?;
        if parent.group == NONE {
            return Some(Share::Copies(0..0));
        }
        let group = parent.group as usize;
        let (start, end) = (self.starts[group] as usize, self.starts[group + 1] as usize);
        Some(match parent.is_first {
            true => Share::Last(start),
            false => Share::Copies(start..end),
        })
    }
}

/// Where each group begins, and the order that puts the rows into them.
fn placed(of_row: &[u32], groups: usize, ordinals: &[i64]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0; groups + 1];
    for &group in of_row {
        if group != NONE {
            starts[group as usize + 1] += 1;
        }
    }
    for group in 0..groups {
        starts[group + 1] += starts[group];
    }
    let mut next = starts.clone();
    let mut order = vec![0; of_row.len()];
    for (row, &group) in (0_u32..).zip(of_row) {
        // What belongs to nobody follows the last group.
        let place = &mut next[(group as usize).min(groups)];
        order[*place as usize] = row;
        *place += 1;
    }
    if !ordinals.is_empty() {
        for group in 0..groups {
            let range = starts[group] as usize..starts[group + 1] as usize;
            order[range].sort_by_key(|&row| ordinals[row as usize]);
        }
    }
    if order.is_sorted() {
        order.clear();
    }
    (starts, order)
}

/// Puts the row `order[place]` into each place. An empty order is that of the
/// rows; one of another length is no order of them and changes nothing.
pub(crate) fn arrange<T>(rows: &mut [T], mut order: Vec<u32>) {
    if order.len() != rows.len() {
        return;
    }
    for start in 0..order.len() {
        let mut place = start;
        loop {
            let from = std::mem::replace(&mut order[place], place as u32) as usize;
            if from == start {
                break;
            }
            rows.swap(place, from);
            place = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_arranged_in_any_order() {
        let orders: [&[u32]; 5] = [
            &[],
            &[0, 1, 2, 3, 4],
            &[4, 3, 2, 1, 0],
            &[1, 2, 0, 4, 3],
            &[2, 0, 4, 1, 3],
        ];
        for order in orders {
            let mut rows = ["a", "b", "c", "d", "e"];
            let expected: Vec<_> = match order {
                [] => rows.to_vec(),
                order => order.iter().map(|&at| rows[at as usize]).collect(),
            };
            arrange(&mut rows, order.to_vec());
            assert_eq!(rows.to_vec(), expected);
        }
    }

    // Two parents of one key, one without, rows of nobody, rows out of order.
    #[test]
    fn parents_are_served_from_the_last_to_the_first() {
        let parents = [Some(7), None, Some(9), Some(7), Some(8)];
        let keys = [Some(9), Some(7), None, Some(7), Some(5), Some(9)];
        let ordinals = [4, 2, 0, 1, 0, 3];
        let (mut groups, order) = Groups::new(&parents, &keys, &ordinals);
        let mut rows = vec!["9b", "7b", "stray", "7a", "stray", "9a"];
        arrange(&mut rows, order);
        rows.truncate(groups.rows());
        assert_eq!(rows, ["7a", "7b", "9a", "9b"]);
        let mut served = Vec::new();
        while let Some(share) = groups.pop() {
            served.push(match share {
                Share::Last(start) => rows.split_off(start),
                Share::Copies(range) => rows[range].to_vec(),
            });
        }
        served.reverse();
        let expected: [&[&str]; 5] = [&["7a", "7b"], &[], &["9a", "9b"], &["7a", "7b"], &[]];
        assert_eq!(served, expected);
        assert!(rows.is_empty());
    }
}
