//! Reading the columns of one row, by position.
//!
//! A [`Cursor`] walks over a row in the order the columns were asked for, so
//! decoding a model is one `take` per field. Errors name the column:
//! `orders.total_cents: expected int8, got text`.

mod made_row;
mod row;
#[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
pub(crate) mod stored_rows;
#[cfg(test)]
mod tests;
mod verbatim;

pub use made_row::MadeRow;
pub use row::Row;
pub(crate) use verbatim::Verbatim;

use std::borrow::Cow;

use self::row::Content;
use crate::error::{Error, Result};
use crate::schema::{ColumnDef, SqlType, TableDef};
use crate::types::{ColumnType, DecodeFault, WireType};

/// Walks over the columns of one row.
///
/// A cursor reads *fields* 0, 1, 2, … in turn. Field `n` lies in slot `n` of
/// the row, unless [`starting_at`](Cursor::starting_at) moved the first or
/// [`slots`](Cursor::slots) maps every field. It is column `n` of the table,
/// unless [`columns`](Cursor::columns) says which columns were selected.
#[derive(Debug, Clone, Copy)]
pub struct Cursor<'r> {
    row: &'r Row,
    table: Option<&'static TableDef>,
    columns: Option<&'r [u16]>,
    slots: Option<&'r [u16]>,
    start: usize,
    next: usize,
}

impl<'r> Cursor<'r> {
    /// A cursor over the columns of a table; `slots` says in which slot of the
    /// row each field lies, where they do not come in order.
    pub fn new(row: &'r Row, table: &'static TableDef, slots: Option<&'r [u16]>) -> Self {
        Cursor {
            slots,
            ..Cursor::over(row, Some(table))
        }
    }

    /// A cursor over a row that is no table's: errors use the row's own column names.
    pub fn of_row(row: &'r Row) -> Self {
        Cursor::over(row, None)
    }

    fn over(row: &'r Row, table: Option<&'static TableDef>) -> Self {
        Cursor {
            row,
            table,
            columns: None,
            slots: None,
            start: 0,
            next: 0,
        }
    }

    /// Names the table whose columns the fields are.
    #[must_use]
    pub fn table(mut self, table: &'static TableDef) -> Self {
        self.table = Some(table);
        self
    }

    /// Says which of the table's columns the fields are, as positions.
    #[must_use]
    pub fn columns(mut self, columns: &'r [u16]) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Says in which slot of the row each field lies.
    #[must_use]
    pub fn slots(mut self, slots: &'r [u16]) -> Self {
        self.slots = Some(slots);
        self
    }

    /// Says in which slot of the row the first field lies; the others follow it.
    #[must_use]
    pub fn starting_at(mut self, slot: usize) -> Self {
        self.start = slot;
        self
    }

    /// Reads the next field.
    ///
    /// # Errors
    /// When the column's type or its bytes do not fit `T`.
    pub fn take<T: ColumnType>(&mut self) -> Result<T> {
        let field = self.next;
        self.next += 1;
        self.at(field)
    }

    /// Reads the next field as a part of a key: without the padding of a `char(n)`.
    pub(crate) fn take_unpadded<T: ColumnType>(&mut self) -> Result<T> {
        let field = self.next;
        match self.content(field) {
            Some(Content::Typed(sql_type, Some(raw))) if sql_type == WireType::BPCHAR => {
                self.next += 1;
                let end = raw.iter().rposition(|&byte| byte != b' ');
                let raw = &raw[..end.map_or(0, |last| last + 1)];
                T::decode(sql_type, Some(raw)).map_err(|fault| self.fault(field, fault))
            }
            _ => self.take(),
        }
    }

    /// Passes over a field, and says whether it is a `char(n)`.
    pub(crate) fn skip_padded(&mut self) -> bool {
        let content = self.content(self.next);
        self.next += 1;
        matches!(content, Some(Content::Typed(sql_type, _)) if sql_type == WireType::BPCHAR)
    }

    /// Reads the next field without moving on.
    ///
    /// # Errors
    /// When the column's type or its bytes do not fit `T`.
    pub fn peek<T: ColumnType>(&self) -> Result<T> {
        self.at(self.next)
    }

    /// Reads one field without moving.
    ///
    /// # Errors
    /// When the column's type or its bytes do not fit `T`.
    pub fn at<T: ColumnType>(&self, field: usize) -> Result<T> {
        let decoded = match self.content(field) {
            Some(content) => content.decode::<T>(self.scale::<T>(field)),
            None => Err(DecodeFault::new("a column", "the end of the row")),
        };
        decoded.map_err(|fault| self.fault(field, fault))
    }

    /// Whether a field is NULL; a field beyond the end of the row is.
    pub fn is_null_at(&self, field: usize) -> bool {
        self.content(field).is_none_or(Content::is_null)
    }

    /// Passes over some fields.
    pub fn skip(&mut self, fields: usize) {
        self.next += fields;
    }

    /// The number of fields read or passed over.
    pub fn position(&self) -> usize {
        self.next
    }

    #[inline]
    fn content(&self, field: usize) -> Option<Content<'r>> {
        self.row.content(self.slot(field)?)
    }

    /// The digits after the point that a number has whose column is declared so: not
    /// every database keeps the zeros among them.
    #[inline]
    fn scale<T: ColumnType>(&self, field: usize) -> Option<u16> {
        let SqlType::Numeric(_) = T::SQL_TYPE else {
            return None;
        };
        match self.column(field)?.sql_type {
            SqlType::Numeric(Some((_, scale))) => Some(scale),
            _ => None,
        }
    }

    fn slot(&self, field: usize) -> Option<usize> {
        match self.slots {
            Some(slots) => slots.get(field).map(|&slot| usize::from(slot)),
            None => self.start.checked_add(field),
        }
    }

    #[cold]
    fn fault(&self, field: usize, fault: DecodeFault) -> Error {
        let (expected, got) = fault.into_parts();
        let table = self.table.map_or("", |table| table.name.name);
        let error = Error::decode(table, self.name(field), expected, got);
        match (self.table, self.column(field)) {
            (Some(table), Some(column)) => error.of_field(table.model, column.field),
            _ => error,
        }
    }

    fn column(&self, field: usize) -> Option<&'static ColumnDef> {
        let position = match self.columns {
            Some(columns) => usize::from(*columns.get(field)?),
            None => field,
        };
        self.table?.columns.get(position)
    }

    fn name(&self, field: usize) -> Cow<'static, str> {
        if let Some(column) = self.column(field) {
            return Cow::Borrowed(column.name);
        }
        match self.slot(field).and_then(|slot| self.row.name(slot)) {
            Some(name) => Cow::Owned(name.to_owned()),
            None => Cow::Owned(format!("column {}", field + 1)),
        }
    }
}
