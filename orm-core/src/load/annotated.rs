//! Rows with values that the statement computed beside them.

use super::Shape;
use super::collect::{Collect, MakeCollect};
use super::plan::{Level, SlotMap};
use crate::annotated::Annotated;
use crate::decode::{Cursor, Row};
use crate::error::Result;
use crate::types::Param;

impl<L: Send + Sync + 'static> Shape<L> {
    /// The same rows, each with values that it has from the place `first` on.
    pub(crate) fn annotated<V: Send + Sync + 'static>(
        self,
        first: u16,
        decode: fn(&mut Cursor<'_>) -> Result<V>,
    ) -> Shape<Annotated<L, V>> {
        Shape::made_by(WithValues {
            row: self,
            first: first.into(),
            decode,
        })
    }
}

struct WithValues<L, V> {
    row: Shape<L>,
    first: usize,
    decode: fn(&mut Cursor<'_>) -> Result<V>,
}

impl<L: Send + Sync + 'static, V: Send + Sync + 'static> MakeCollect<Annotated<L, V>>
    for WithValues<L, V>
{
    fn collect(&self, level: Option<&Level>) -> Box<dyn Collect<Annotated<L, V>>> {
        Box::new(AnnotatedRows {
            rows: self.row.collect(level),
            values: Vec::new(),
            level: level.map_or(0, |level| level.number),
            slots: level.map(|level| level.slots.clone()),
            first: self.first,
            decode: self.decode,
        })
    }

    fn of_row(&self, row: &Row) -> Result<Annotated<L, V>> {
        Ok(Annotated {
            values: (self.decode)(&mut Cursor::of_row(row).starting_at(self.first))?,
            row: self.row.of_row(row)?,
        })
    }
}

struct AnnotatedRows<L, V> {
    rows: Box<dyn Collect<L>>,
    values: Vec<V>,
    /// The level of the rows.
    level: usize,
    /// Where the values of a row are; `None` where they come in order.
    slots: Option<SlotMap>,
    first: usize,
    decode: fn(&mut Cursor<'_>) -> Result<V>,
}

impl<L: Send + Sync + 'static, V: Send + Sync + 'static> Collect<Annotated<L, V>>
    for AnnotatedRows<L, V>
{
    fn push(&mut self, level: usize, row: &Row) -> Result<()> {
        if level == self.level {
            let cursor = Cursor::of_row(row);
            let mut cursor = match &self.slots {
                Some(slots) => cursor.slots(slots.get(self.first..).unwrap_or_default()),
                None => cursor.starting_at(self.first),
            };
            self.values.push((self.decode)(&mut cursor)?);
        }
        self.rows.push(level, row)
    }

    fn keys_for(&self, level: usize) -> Option<Vec<Param>> {
        self.rows.keys_for(level)
    }

    fn finish(self: Box<Self>) -> Result<Vec<Annotated<L, V>>> {
        let rows = self.rows.finish()?.into_iter().zip(self.values);
        Ok(rows
            .map(|(row, values)| Annotated { row, values })
            .collect())
    }
}
