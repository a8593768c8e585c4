//! Values in a database whose cells are of five kinds only: SQLite.
//!
//! It knows no date, decimal or document, so each type has one form that keeps
//! its value exactly, and is equal and sorts as the value does:
//!
//! | type | stored as |
//! |---|---|
//! | `bool` | the integer 0 or 1 |
//! | `int2`, `int4`, `int8` | an integer |
//! | `float4`, `float8` | a real number; NaN is refused, and `-0.0` is stored as `0.0` |
//! | `numeric` | its digits as a text, to be compared by the collation `decimal` |
//! | `text`, `varchar`, `char`, enums | a text |
//! | `bytea` | a blob |
//! | `uuid` | `67e55044-10b1-426f-9247-bb680e5fe0c8` |
//! | `date` | `2024-03-10`, of the years 1 to 9999 |
//! | `time` | `14:05:00.000000` |
//! | `timestamp` | `2024-03-10 14:05:00.000000` |
//! | `timestamptz` | `2024-03-10 14:05:00.000000+00:00`, always in UTC |
//! | `json`, `jsonb` | the document as a text, the members of objects in order |
//!
//! Other programs write the same values otherwise; they are read where they are
//! the same value without doubt.

mod decimal;
mod document;
mod literal;
pub(crate) mod moment;
mod read;
#[cfg(test)]
mod tests;
mod uuid;
mod write;

pub(crate) use self::read::decode;

/// One cell of a row, borrowed.
#[derive(Clone, Copy)]
pub(crate) enum Cell<'r> {
    Null,
    Integer(i64),
    Real(f64),
    /// Not all such texts are UTF-8.
    Text(&'r [u8]),
    Blob(&'r [u8]),
}

impl Cell<'_> {
    /// The kind of cell, in the database's words.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Cell::Null => "NULL",
            Cell::Integer(_) => "integer",
            Cell::Real(_) => "real",
            Cell::Text(_) => "text",
            Cell::Blob(_) => "blob",
        }
    }
}

/// A value in the form it is stored in.
#[cfg_attr(test, derive(Debug, PartialEq))]
pub(crate) enum Stored {
    Null,
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}
