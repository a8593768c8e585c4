//! Values on their way to SQLite and back.

#[cfg(test)]
mod tests;

use rusqlite::types::{Value, ValueRef};

use crate::error::{Error, Result};
use crate::types::stored::{Cell, Stored};
use crate::types::{EncodeFault, Param};

/// A value of a statement.
pub(in crate::exec) enum Bound {
    One(Value),
    /// The values of a list, for `rarray`.
    List(Vec<Value>),
}

/// The value, or the values of a list, as SQLite stores them.
///
/// # Errors
/// When SQLite cannot hold the value, or has no such type.
pub(in crate::exec) fn bind(param: &Param) -> Result<Bound> {
    let mut values = Vec::with_capacity(param.element_count().unwrap_or(0));
    let is_list = param
        .each_stored(&mut |stored| values.push(as_value(stored)))
        .map_err(|fault| refused(&fault))?;
    if is_list {
        return Ok(Bound::List(values));
    }
    param
        .stored()
        .map(as_value)
        .map(Bound::One)
        .map_err(|fault| refused(&fault))
}

fn as_value(stored: Stored) -> Value {
    match stored {
        Stored::Null => Value::Null,
        Stored::Integer(value) => Value::Integer(value),
        Stored::Real(value) => Value::Real(value),
        Stored::Text(text) => Value::Text(text),
        Stored::Blob(bytes) => Value::Blob(bytes),
    }
}

#[cold]
fn refused(fault: &EncodeFault) -> Error {
    Error::encode(fault.to_string())
}

/// A cell as the driver has it, until the statement takes its next step.
#[inline]
pub(in crate::exec) fn cell(value: ValueRef<'_>) -> Cell<'_> {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Integer(value),
        ValueRef::Real(value) => Cell::Real(value),
        ValueRef::Text(text) => Cell::Text(text),
        ValueRef::Blob(bytes) => Cell::Blob(bytes),
    }
}
