//! Numbers that no two rows of a table have.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use orm_core::schema::{TableDef, TableName};

static LAST: LazyLock<Mutex<HashMap<TableName, u64>>> = LazyLock::new(Mutex::default);

/// The next number of a table, from 1, in this process.
pub(super) fn next(table: &TableDef) -> u64 {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    let number = last.entry(table.name).or_default();
    *number += 1;
    *number
}
