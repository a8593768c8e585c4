//! Rows of a database whose cells have no types of their own.

use std::fmt;
use std::sync::Arc;

use crate::types::stored::Cell;

/// The names of a statement's columns, shared by its rows.
pub(crate) type ColumnNames = Arc<[Box<str>]>;

/// Some rows of a result, gathered to be handed from one thread to another: one
/// allocation for all cells and one for all texts and blobs, however many rows.
pub(crate) struct StoredRows {
    names: ColumnNames,
    cells: Vec<Kept>,
    bytes: Vec<u8>,
}

/// A cell whose bytes are among those of all rows.
#[derive(Clone, Copy)]
enum Kept {
    Null,
    Integer(i64),
    Real(f64),
    Text { start: usize, len: u32 },
    Blob { start: usize, len: u32 },
}

impl StoredRows {
    /// No rows of these columns.
    pub(crate) fn new(names: ColumnNames) -> Self {
        StoredRows {
            names,
            cells: Vec::new(),
            bytes: Vec::new(),
        }
    }

    /// The rows so far, after which it goes on with none, and with room for as many.
    #[cfg(feature = "sqlite")]
    pub(crate) fn take(&mut self) -> Self {
        let next = StoredRows {
            names: Arc::clone(&self.names),
            cells: Vec::with_capacity(self.cells.len()),
            bytes: Vec::with_capacity(self.bytes.len()),
        };
        std::mem::replace(self, next)
    }

    /// How many cells a row has.
    #[inline]
    pub(crate) fn width(&self) -> usize {
        self.names.len()
    }

    /// Adds a cell, the next of its row.
    #[inline]
    pub(crate) fn push(&mut self, cell: Cell<'_>) {
        let kept = match cell {
            Cell::Null => Kept::Null,
            Cell::Integer(value) => Kept::Integer(value),
            Cell::Real(value) => Kept::Real(value),
            Cell::Text(bytes) => {
                let (start, len) = self.keep(bytes);
                Kept::Text { start, len }
            }
            Cell::Blob(bytes) => {
                let (start, len) = self.keep(bytes);
                Kept::Blob { start, len }
            }
        };
        self.cells.push(kept);
    }

    fn keep(&mut self, bytes: &[u8]) -> (usize, u32) {
        let start = self.bytes.len();
        // SQLite's own limit is half of that.
        let len = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.bytes.extend_from_slice(&bytes[..len as usize]);
        (start, len)
    }

    /// How many rows are complete.
    pub(crate) fn len(&self) -> usize {
        self.cells.len() / self.names.len().max(1)
    }

    /// How much memory the rows take, to tell when there are enough of them.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len() + self.cells.len() * size_of::<Kept>()
    }

    /// The rows one by one; each keeps all of them alive.
    pub(crate) fn into_rows(self) -> Unread {
        Unread {
            left: self.len(),
            next: 0,
            rows: Arc::new(self),
        }
    }
}

/// Rows that were not read yet.
pub(crate) struct Unread {
    rows: Arc<StoredRows>,
    /// The place of the next row's first cell.
    next: usize,
    /// How many rows there are.
    left: usize,
}

impl Iterator for Unread {
    type Item = super::Row;

    #[inline]
    fn next(&mut self) -> Option<super::Row> {
        self.left = self.left.checked_sub(1)?;
        let first = self.next;
        self.next += self.rows.names.len();
        let rows = Arc::clone(&self.rows);
        Some(super::Row::of_stored(StoredRow { rows, first }))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Unread {}

/// One of these rows.
pub(super) struct StoredRow {
    rows: Arc<StoredRows>,
    /// The place of its first cell.
    first: usize,
}

impl StoredRow {
    pub(super) fn len(&self) -> usize {
        self.rows.names.len()
    }

    pub(super) fn name(&self, at: usize) -> Option<&str> {
        self.rows.names.get(at).map(|name| &**name)
    }

    #[inline]
    pub(super) fn cell(&self, at: usize) -> Option<Cell<'_>> {
        if at >= self.len() {
            return None;
        }
        let bytes = |start: usize, len: u32| &self.rows.bytes[start..start + len as usize];
        Some(match *self.rows.cells.get(self.first + at)? {
            Kept::Null => Cell::Null,
            Kept::Integer(value) => Cell::Integer(value),
            Kept::Real(value) => Cell::Real(value),
            Kept::Text { start, len } => Cell::Text(bytes(start, len)),
            Kept::Blob { start, len } => Cell::Blob(bytes(start, len)),
        })
    }
}

/// Shows the columns, not the values.
impl fmt::Debug for StoredRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&*self.names).finish()
    }
}
