//! What the rows of one run become.
//!
//! The run itself knows no row type: it hands rows to a [`Gather`]. So there is
//! one copy of all that awaits in a program, however many models it has.

use crate::decode::Row;

use super::Shape;
use super::collect::Collect;
use super::groups::arrange;
use super::plan::Level;
use crate::error::{Error, Result};
use crate::types::Param;

/// Takes the rows of a run as they arrive.
pub(crate) trait Gather: Send {
    /// Begins a run, forgetting the one before. `level` describes the rows of the
    /// query itself, with its children below; `None` is a query without includes.
    fn begin(&mut self, level: Option<&Level>);

    /// Takes a row of the level with the given number.
    fn push(&mut self, level: usize, row: &Row) -> Result<()>;

    /// The keys that the rows so far hand down to a level, one array per column.
    fn keys_for(&self, level: usize) -> Option<Vec<Param>>;

    /// Ends the run. `order` holds the place in which each of the query's rows
    /// arrived; it is empty where they arrived in order. Returns their number.
    fn finish(&mut self, order: Vec<u32>) -> Result<u64>;
}

/// The values of type `L` that the rows of a query become.
pub(crate) struct Gathered<'s, L> {
    shape: &'s Shape<L>,
    /// Only the first row is wanted, and how many there are.
    first_only: bool,
    seen: u64,
    first: Option<L>,
    rows: Vec<L>,
    /// What rows are handed to that do not stand for themselves.
    collected: Option<Box<dyn Collect<L>>>,
}

impl<'s, L> Gathered<'s, L> {
    /// Gathers every row.
    pub(crate) fn all(shape: &'s Shape<L>) -> Self {
        Gathered {
            shape,
            first_only: false,
            seen: 0,
            first: None,
            rows: Vec::new(),
            collected: None,
        }
    }

    /// Gathers the first row, and counts them.
    pub(crate) fn first(shape: &'s Shape<L>) -> Self {
        Gathered {
            first_only: true,
            ..Self::all(shape)
        }
    }

    /// Every row, after a run.
    pub(crate) fn into_rows(self) -> Vec<L> {
        self.rows
    }

    /// The first row, after a run.
    pub(crate) fn into_first(mut self) -> Option<L> {
        self.first.take().or_else(|| self.rows.into_iter().next())
    }
}

impl<L: Send + 'static> Gather for Gathered<'_, L> {
    fn begin(&mut self, level: Option<&Level>) {
        self.seen = 0;
        self.first = None;
        self.rows.clear();
        self.collected = match (level, self.shape.decode()) {
            (None, Some(_)) => None,
            _ => Some(self.shape.collect(level)),
        };
    }

    fn push(&mut self, level: usize, row: &Row) -> Result<()> {
        if let Some(collected) = &mut self.collected {
            return collected.push(level, row);
        }
        self.seen += 1;
        if self.first_only && self.first.is_some() {
            return Ok(());
        }
        let decode = self.shape.decode().ok_or_else(not_begun)?;
        let row = decode(row)?;
        if self.first_only {
            self.first = Some(row);
        } else {
            self.rows.push(row);
        }
        Ok(())
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.collected.as_ref()?.keys_for(level)
    }

    fn finish(&mut self, order: Vec<u32>) -> Result<u64> {
        if let Some(collected) = self.collected.take() {
            self.rows = collected.finish()?;
            self.seen = self.rows.len() as u64;
            arrange(&mut self.rows, order);
        }
        Ok(self.seen)
    }
}

/// What belongs to rows that were fetched before: one entry for each of them.
pub(super) struct Belonging<L> {
    collected: Option<Box<dyn Collect<L>>>,
    rows: Vec<L>,
}

impl<L> Belonging<L> {
    pub(super) fn new(collected: impl Collect<L> + 'static) -> Self {
        Belonging {
            collected: Some(Box::new(collected)),
            rows: Vec::new(),
        }
    }

    /// Every entry, after a run.
    pub(super) fn into_rows(self) -> Vec<L> {
        self.rows
    }
}

impl<L: Send> Gather for Belonging<L> {
    // It knows its level already, and is used for one run.
    fn begin(&mut self, _: Option<&Level>) {}

    fn push(&mut self, level: usize, row: &Row) -> Result<()> {
        let collected = self.collected.as_mut().ok_or_else(not_begun)?;
        collected.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.collected.as_ref()?.keys_for(level)
    }

    fn finish(&mut self, order: Vec<u32>) -> Result<u64> {
        let collected = self.collected.take().ok_or_else(not_begun)?;
        self.rows = collected.finish()?;
        arrange(&mut self.rows, order);
        Ok(self.rows.len() as u64)
    }
}

fn not_begun() -> Error {
    Error::usage("rows arrived for a query that was not begun")
}
