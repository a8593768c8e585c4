//! The functions that our statements call and SQLite has not, or has otherwise.
//!
//! They have names of our own: SQLite's `lower`, `like` and so on stay what they are for
//! the indexes and generated columns of other programs. What they mean is what
//! PostgreSQL means by the same expression.

mod casts;
mod clock;
mod documents;
mod marks;
mod moments;
mod numbers;
#[cfg(all(test, feature = "decimal"))]
mod tests;
mod texts;

use std::fmt;

use rusqlite::functions::FunctionFlags;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, Error, Result, ToSql};

use super::clock::Clock;

/// Makes all of them known to a connection.
///
/// # Errors
/// When SQLite has no memory left.
pub(in crate::exec) fn register(connection: &Connection, clock: &Clock) -> Result<()> {
    texts::register(connection)?;
    numbers::register(connection)?;
    moments::register(connection)?;
    documents::register(connection)?;
    casts::register(connection)?;
    marks::register(connection)?;
    clock::register(connection, clock)
}

/// Why there is no result. The kind of the error is told by these words
/// (`error/sqlite.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refusal {
    Int2,
    Int4,
    Int8,
    Overflow,
    DivisionByZero,
    NotANumber,
    NotAMoment,
    NotADocument,
    NotATruthValue,
    NotAUuid,
    NoSuchCast,
    EscapesNothing,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Int2 => "smallint out of range",
            Refusal::Int4 => "integer out of range",
            Refusal::Int8 => "bigint out of range",
            Refusal::Overflow => "value out of range: overflow",
            Refusal::DivisionByZero => "division by zero",
            Refusal::NotANumber => "a value that is computed with is no number",
            Refusal::NotAMoment => "a value is no date or time",
            Refusal::NotADocument => "a value is no JSON document",
            Refusal::NotATruthValue => "a value is no boolean",
            Refusal::NotAUuid => "a value is no UUID",
            Refusal::NoSuchCast => "a value cannot be cast to this type",
            Refusal::EscapesNothing => "a LIKE pattern ends with its escape character",
        })
    }
}

impl std::error::Error for Refusal {}

#[diagnostic::do_not_recommend]
impl From<Refusal> for Error {
    #[cold]
    fn from(refusal: Refusal) -> Self {
        Error::UserFunctionError(Box::new(refusal))
    }
}

type Computed<T> = std::result::Result<T, Refusal>;

/// A result.
enum Answer {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
}

impl Answer {
    fn truth(value: bool) -> Self {
        Answer::Integer(value.into())
    }
}

impl ToSql for Answer {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(match self {
            Answer::Null => ToSqlOutput::Owned(Value::Null),
            Answer::Integer(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Answer::Real(value) => ToSqlOutput::Owned(Value::Real(*value)),
            Answer::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

/// A function of its arguments alone, which is NULL where one of them is.
fn strict(
    connection: &Connection,
    name: &str,
    arguments: i32,
    compute: fn(&[ValueRef<'_>]) -> Computed<Answer>,
) -> Result<()> {
    connection.create_scalar_function(name, arguments, pure(), move |context| {
        let mut given = [ValueRef::Null; 3];
        for (at, argument) in given.iter_mut().enumerate().take(context.len()) {
            *argument = context.get_raw(at);
        }
        let given = &given[..context.len().min(3)];
        if given.iter().any(|it| matches!(it, ValueRef::Null)) {
            return Ok(Answer::Null);
        }
        compute(given).map_err(Into::into)
    })
}

/// They depend on nothing but their arguments, and may stand in an index or a check of a
/// database that is not trusted.
fn pure() -> FunctionFlags {
    FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS
}

/// A text; numbers are none.
fn text<'v>(value: &ValueRef<'v>) -> Option<&'v str> {
    match value {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        _ => None,
    }
}
