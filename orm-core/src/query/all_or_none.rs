//! A write to many rows that stands alone: its statement writes none itself where one
//! of them is missing, which saves a transaction and its way to the server and back.

use crate::error::Error;
use crate::exec::Exec;
use crate::schema::Backend;
use crate::types::{ColumnType, Param};

/// The number of rows for a statement that is to see to it itself; `None` where rows are
/// written in steps, or the caller's unit is undone anyway.
pub(super) fn required(rows: usize, db: Exec<'_>) -> Option<Param> {
    let alone = db.backend() == Backend::Postgres && db.stands_alone();
    let rows = i64::try_from(rows).ok().filter(|_| alone);
    rows.map(i64::into_param)
}

/// Whether the statement may have written none because one was missing, or cannot be
/// written in this way: the rules of a table can forbid that. Only a transaction tells.
pub(super) fn perhaps_missing(error: &Error) -> bool {
    matches!(error.sqlstate(), Some("22012" | "0A000"))
}
