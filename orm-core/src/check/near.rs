//! The field of another model that somebody may have meant.

use super::agreement::same_text;
use crate::schema::ColumnDef;

/// The longest name that is compared; the server keeps no more of one.
const LONGEST: usize = 63;

/// The position of a field, or what stands for none.
pub(super) const fn position(columns: &[ColumnDef], field: &str) -> Option<u16> {
    let mut at = 0;
    while at < columns.len() {
        if same_text(columns[at].field, field) {
            // A table has at most 1,600 columns.
            return Some(at as u16);
        }
        at += 1;
    }
    None
}

/// The field a slip of the hand away.
pub(super) const fn nearest(columns: &[ColumnDef], written: &str) -> Option<&'static str> {
    let mut limit = written.len() / 3;
    if limit == 0 {
        limit = 1;
    }
    let (mut at, mut found) = (0, None);
    while at < columns.len() {
        let distance = distance(written.as_bytes(), columns[at].field.as_bytes());
        if distance <= limit {
            found = Some(columns[at].field);
            limit = distance.saturating_sub(1);
        }
        at += 1;
    }
    found
}

/// How many bytes have to be inserted, deleted or replaced.
const fn distance(left: &[u8], right: &[u8]) -> usize {
    if left.len() > LONGEST || right.len() > LONGEST {
        return usize::MAX;
    }
    let mut before = [0; LONGEST + 1];
    let mut column = 0;
    while column <= right.len() {
        before[column] = column;
        column += 1;
    }
    let mut row = 1;
    while row <= left.len() {
        let mut this = [0; LONGEST + 1];
        this[0] = row;
        let mut column = 1;
        while column <= right.len() {
            let replaced = before[column - 1] + (left[row - 1] != right[column - 1]) as usize;
            let deleted = before[column] + 1;
            let inserted = this[column - 1] + 1;
            let mut least = replaced;
            if deleted < least {
                least = deleted;
            }
            if inserted < least {
                least = inserted;
            }
            this[column] = least;
            column += 1;
        }
        before = this;
        row += 1;
    }
    before[right.len()]
}
