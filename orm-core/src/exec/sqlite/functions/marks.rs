//! Whether an upsert overwrote a row: RETURNING does not tell.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

/// The mark of the statement that overwrote a row last. Each statement has one of its
/// own: what was left by a statement that failed is nobody's.
type Mark = Arc<Mutex<Option<Vec<u8>>>>;

pub(super) fn register(connection: &Connection) -> Result<()> {
    let mark = Mark::default();
    let left = Arc::clone(&mark);
    let flags = FunctionFlags::SQLITE_UTF8;
    connection.create_scalar_function("orm_overwrites", 1, flags, move |context| {
        let given = given(context).map(<[u8]>::to_vec);
        *left.lock().unwrap_or_else(PoisonError::into_inner) = given;
        Ok(true)
    })?;
    connection.create_scalar_function("orm_overwrote", 1, flags, move |context| {
        let mut mark = mark.lock().unwrap_or_else(PoisonError::into_inner);
        // Taken, so that the next row of the same statement is told apart.
        let is_this = mark.is_some() && mark.as_deref() == given(context);
        if is_this {
            *mark = None;
        }
        Ok(is_this)
    })
}

fn given<'c>(context: &'c Context<'_>) -> Option<&'c [u8]> {
    match context.get_raw(0) {
        ValueRef::Text(text) => Some(text),
        _ => None,
    }
}
