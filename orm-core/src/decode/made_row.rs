//! Rows without a server.

use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;

use crate::types::{IsNull, Param, WireType};

/// A row that did not come from a server, for tests of decoding.
///
/// ```
/// use orm_core::decode::{Cursor, MadeRow, Row};
/// use orm_core::types::{ColumnType, WireType};
///
/// let mut row = MadeRow::new();
/// row.push(WireType::INT4, &7_i32.to_param())?;
/// row.push(WireType::TEXT, &String::from("seven").to_param())?;
///
/// let row = Row::from(row);
/// let mut cursor = Cursor::of_row(&row);
/// assert_eq!(cursor.take::<i32>()?, 7);
/// assert_eq!(cursor.take::<String>()?, "seven");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Clone, Default)]
pub struct MadeRow {
    cells: Vec<(WireType<'static>, Option<Vec<u8>>)>,
}

impl MadeRow {
    /// A row without columns.
    pub fn new() -> Self {
        MadeRow::default()
    }

    /// Adds a column that holds a value.
    ///
    /// # Errors
    /// When the type cannot hold the value.
    pub fn push(
        &mut self,
        sql_type: WireType<'static>,
        value: &Param,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let mut bytes = BytesMut::new();
        let raw = match value.encode(sql_type, &mut bytes)? {
            IsNull::Yes => None,
            IsNull::No => Some(bytes.to_vec()),
        };
        self.push_raw(sql_type, raw);
        Ok(())
    }

    /// Adds a column by its bytes; `None` is NULL.
    pub fn push_raw(&mut self, sql_type: WireType<'static>, raw: Option<Vec<u8>>) {
        self.cells.push((sql_type, raw));
    }

    pub(super) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(super) fn cell(&self, slot: usize) -> Option<(WireType<'_>, Option<&[u8]>)> {
        self.cells
            .get(slot)
            .map(|(sql_type, raw)| (*sql_type, raw.as_deref()))
    }
}

/// Shows the types, not the values.
impl fmt::Debug for MadeRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.cells.iter().map(|(sql_type, _)| sql_type.name()))
            .finish()
    }
}
