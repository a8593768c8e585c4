//! One row as it came, whichever driver brought it.

use std::error::Error as StdError;
use std::fmt;

use tokio_postgres::types::{FromSql, Type};

use super::{Cursor, MadeRow};
use crate::error::{Error, Result};
use crate::types::{ColumnType, WireType};

/// A row of a result: cells in the order the statement lists them.
///
/// Models and projections are read from it by the library; `get` is for
/// statements written by hand. `Debug` names the columns and shows no value.
pub struct Row(Source);

enum Source {
    Postgres(tokio_postgres::Row),
    Made(MadeRow),
}

/// The type of a cell, and its bytes unless it is NULL.
pub(crate) type Cell<'r> = (WireType<'r>, Option<&'r [u8]>);

impl Row {
    /// A row as the driver has it.
    #[inline]
    pub(crate) fn of_server(row: tokio_postgres::Row) -> Self {
        Row(Source::Postgres(row))
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
        match self.cell(at) {
            Some((_, None)) => Ok(None),
            Some((_, Some(raw))) => std::str::from_utf8(raw).map(Some).map_err(|_| {
                let name = self.name(at).unwrap_or_default().to_owned();
                Error::decode("", name, "text", "malformed data")
            }),
            None => self.get::<String>(at).map(|_| None),
        }
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Source::Postgres(row) => row.len(),
            Source::Made(row) => row.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of a column, if there is one.
    pub fn name(&self, at: usize) -> Option<&str> {
        match &self.0 {
            Source::Postgres(row) => row.columns().get(at).map(tokio_postgres::Column::name),
            Source::Made(_) => None,
        }
    }

    #[inline]
    pub(crate) fn cell(&self, at: usize) -> Option<Cell<'_>> {
        match &self.0 {
            Source::Postgres(row) => {
                let described = row.columns().get(at)?.type_();
                let Raw(raw) = row.try_get(at).ok()?;
                Some((WireType::of_server(described), raw))
            }
            Source::Made(row) => row.cell(at),
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
        let types = (0..self.len()).filter_map(|at| self.cell(at).map(|(cell, _)| cell.name()));
        f.debug_list().entries(types).finish()
    }
}

/// The bytes of one column, whatever its type.
struct Raw<'r>(Option<&'r [u8]>);

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
