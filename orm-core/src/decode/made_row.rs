//! Rows without a server.

use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;
use tokio_postgres::types::{IsNull, Type};

use crate::types::Param;

/// A row that did not come from a server, for tests of decoding.
///
/// ```
/// use orm_core::decode::{Cursor, MadeRow};
/// use orm_core::types::ColumnType;
/// use tokio_postgres::types::Type;
///
/// let mut row = MadeRow::new();
/// row.push(Type::INT4, &7_i32.to_param())?;
/// row.push(Type::TEXT, &String::from("seven").to_param())?;
///
/// let mut cursor = Cursor::of_made(&row);
/// assert_eq!(cursor.take::<i32>()?, 7);
/// assert_eq!(cursor.take::<String>()?, "seven");
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
#[derive(Clone, Default)]
pub struct MadeRow {
    cells: Vec<(Type, Option<Vec<u8>>)>,
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
        sql_type: Type,
        value: &Param,
    ) -> Result<(), Box<dyn StdError + Send + Sync>> {
        let mut bytes = BytesMut::new();
        let raw = match value.encode(&sql_type, &mut bytes)? {
            IsNull::Yes => None,
            IsNull::No => Some(bytes.to_vec()),
        };
        self.push_raw(sql_type, raw);
        Ok(())
    }

    /// Adds a column by its bytes; `None` is NULL.
    pub fn push_raw(&mut self, sql_type: Type, raw: Option<Vec<u8>>) {
        self.cells.push((sql_type, raw));
    }

    pub(super) fn cell(&self, slot: usize) -> Option<(&Type, Option<&[u8]>)> {
        self.cells
            .get(slot)
            .map(|(sql_type, raw)| (sql_type, raw.as_deref()))
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
