//! One row as it came, whichever driver brought it.

#[cfg(feature = "postgres")]
use std::error::Error as StdError;
use std::fmt;

#[cfg(feature = "postgres")]
use tokio_postgres::types::{FromSql, Type};

use super::stored_rows::StoredRow;
use super::{Cursor, MadeRow};
use crate::error::{Error, Result};
use crate::types::stored::{self, Cell};
use crate::types::{ColumnType, DecodeFault, WireType};

/// A row of a result: cells in the order the statement lists them.
///
/// Models and projections are read from it by the library; `get` is for
/// statements written by hand. `Debug` names the columns and shows no value.
pub struct Row(Source);

enum Source {
    #[cfg(feature = "postgres")]
    Postgres(tokio_postgres::Row),
    Made(MadeRow),
    Stored(StoredRow),
}

/// One column of a row.
#[derive(Clone, Copy)]
pub(super) enum Content<'r> {
    /// In canonical form: its type, and its bytes unless it is NULL.
    Typed(WireType<'r>, Option<&'r [u8]>),
    /// As a database without types has it.
    Stored(Cell<'r>),
}

impl Content<'_> {
    /// Reads it; `scale` is that of a column declared as `numeric(p, s)`.
    #[inline]
    pub(super) fn decode<T: ColumnType>(self, scale: Option<u16>) -> Result<T, DecodeFault> {
        match self {
            Content::Typed(sql_type, raw) => T::decode(sql_type, raw),
            Content::Stored(cell) => stored::decode(cell, scale),
        }
    }

    pub(super) fn is_null(self) -> bool {
        match self {
            Content::Typed(_, raw) => raw.is_none(),
            Content::Stored(cell) => matches!(cell, Cell::Null),
        }
    }
}

impl Row {
    /// A row as the driver has it.
    #[cfg(feature = "postgres")]
    #[inline]
    pub(crate) fn of_server(row: tokio_postgres::Row) -> Self {
        Row(Source::Postgres(row))
    }

    /// One of many rows that came together.
    pub(super) fn of_stored(row: StoredRow) -> Self {
        Row(Source::Stored(row))
    }

    /// Reads one cell; the first is 0.
    ///
    /// ```
    /// # fn demo(row: &orm_core::decode::Row) -> orm_core::Result<()> {
    /// let name: String = row.get(0)?;
    /// let orders: Option<i64> = row.get(1)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When there is no such cell, or it does not hold a `T`.
    pub fn get<T: ColumnType>(&self, at: usize) -> Result<T> {
        Cursor::of_row(self).at(at)
    }

    /// A text, borrowed; `None` is NULL.
    pub(crate) fn text(&self, at: usize) -> Result<Option<&str>> {
        match self.content(at) {
            Some(content) if content.is_null() => Ok(None),
            Some(Content::Typed(_, Some(raw)) | Content::Stored(Cell::Text(raw))) => {
                std::str::from_utf8(raw).map(Some).map_err(|_| {
                    let name = self.name(at).unwrap_or_default().to_owned();
                    Error::decode("", name, "text", "malformed data")
                })
            }
            _ => self.get::<String>(at).map(|_| None),
        }
    }

    /// An integer of any width, where there is one.
    ///
    /// The width tells the type: asking the driver for the wrong one first would
    /// make an error, two allocations, for every row.
    #[inline]
    pub(crate) fn integer(&self, at: usize) -> Option<i64> {
        match self.content(at)? {
            Content::Typed(_, Some(&[a, b, c, d, e, f, g, h])) => {
                Some(i64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
            Content::Typed(_, Some(&[a, b, c, d])) => Some(i32::from_be_bytes([a, b, c, d]).into()),
            Content::Typed(_, Some(&[a, b])) => Some(i16::from_be_bytes([a, b]).into()),
            Content::Stored(Cell::Integer(value)) => Some(value),
            _ => None,
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Source::Postgres(row) => row.len(),
            Source::Made(row) => row.len(),
            Source::Stored(row) => row.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a column, if there is one.
    pub fn name(&self, at: usize) -> Option<&str> {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Source::Postgres(row) => row.columns().get(at).map(tokio_postgres::Column::name),
            Source::Made(_) => None,
            Source::Stored(row) => row.name(at),
        }
    }

    #[inline]
    pub(super) fn content(&self, at: usize) -> Option<Content<'_>> {
        match &self.0 {
            #[cfg(feature = "postgres")]
            Source::Postgres(row) => {
                let described = row.columns().get(at)?.type_();
                let Raw(raw) = row.try_get(at).ok()?;
                Some(Content::Typed(WireType::of_server(described), raw))
            }
            Source::Made(row) => {
                let (sql_type, raw) = row.cell(at)?;
                Some(Content::Typed(sql_type, raw))
            }
            Source::Stored(row) => row.cell(at).map(Content::Stored),
        }
    }
}

impl From<MadeRow> for Row {
    fn from(row: MadeRow) -> Self {
        Row(Source::Made(row))
    }
}

/// Shows the columns, not the values.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = |at| match self.content(at)? {
            Content::Typed(sql_type, _) => Some(sql_type.name()),
            Content::Stored(cell) => Some(cell.kind()),
        };
        let kinds = (0..self.len()).filter_map(kind);
        f.debug_list().entries(kinds).finish()
    }
}

/// The bytes of one column, whatever its type.
#[cfg(feature = "postgres")]
struct Raw<'r>(Option<&'r [u8]>);

#[cfg(feature = "postgres")]
impl<'r> FromSql<'r> for Raw<'r> {
    fn from_sql(_: &Type, raw: &'r [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Raw(Some(raw)))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Raw(None))
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}
