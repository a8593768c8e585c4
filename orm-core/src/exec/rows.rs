//! The rows of a running query, read one by one.

use std::fmt;

#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "sqlite")]
use super::sqlite;
use crate::decode::Row;
use crate::error::Result;

/// The rows of a running query.
///
/// Dropped before the last row, the query is cancelled. Inside a transaction
/// no other statement can be sent while rows are being read.
pub struct Rows<'a>(pub(super) Inside<'a>);

pub(super) enum Inside<'a> {
    #[cfg(feature = "postgres")]
    Postgres(postgres::Rows<'a>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Rows<'a>),
}

impl Rows<'_> {
    /// The next row, or `None` after the last.
    ///
    /// # Errors
    ///
    /// Fails if the statement fails while it runs; there are no rows after that.
    pub async fn next(&mut self) -> Result<Option<Row>> {
        match &mut self.0 {
            #[cfg(feature = "postgres")]
            Inside::Postgres(rows) => rows.next().await,
            #[cfg(feature = "sqlite")]
            Inside::Sqlite(rows) => rows.next().await,
        }
    }
}

impl fmt::Debug for Rows<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").finish_non_exhaustive()
    }
}
