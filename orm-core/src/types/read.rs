//! Values of columns whose type is not known before the program runs: the keys and
//! marks by which rows are found that a delete is about.

use super::wire;
use super::{ColumnType, DecodeFault, Param, WireType, family};
use crate::decode::Cursor;
use crate::error::{Error, Result};
use crate::schema::SqlType;

/// Reads the next field as it would be bound again.
///
/// # Errors
/// When the field is of a type that no key has.
pub(crate) fn take_param(row: &mut Cursor<'_>, sql_type: SqlType) -> Result<Param> {
    match sql_type {
        SqlType::Bool => take::<bool>(row),
        SqlType::Int2 => take::<i16>(row),
        SqlType::Int4 => take::<i32>(row),
        SqlType::Int8 => take::<i64>(row),
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => take::<String>(row),
        SqlType::Bytea => take::<Vec<u8>>(row),
        SqlType::Uuid => take::<Uuid>(row),
        SqlType::Date => take::<Date>(row),
        SqlType::Time => take::<Time>(row),
        SqlType::Timestamp => take::<Timestamp>(row),
        SqlType::Timestamptz => take::<Timestamptz>(row),
        #[cfg(feature = "decimal")]
        SqlType::Numeric(_) => take::<rust_decimal::Decimal>(row),
        _ => Err(Error::usage(
            "a delete that marks rows follows keys of integers, texts, UUIDs, dates, times and decimals",
        )),
    }
}

fn take<T: ColumnType<Base = T>>(row: &mut Cursor<'_>) -> Result<Param> {
    row.take::<Option<T>>().map(ColumnType::into_param)
}

/// The moment at which a row was marked as deleted, in microseconds since 2000-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Mark(i64);

impl Mark {
    /// Reads the next field, of a column of a type; `None` is a row that is not marked.
    ///
    /// # Errors
    /// When the field holds something else.
    pub(crate) fn take(row: &mut Cursor<'_>, sql_type: SqlType) -> Result<Option<Self>> {
        Ok(match take_param(row, sql_type)? {
            Param::Timestamp(micros) | Param::Timestamptz(micros) => Some(Mark(micros)),
            _ => None,
        })
    }

    /// The moment behind it.
    pub(crate) fn next(self) -> Self {
        Mark(self.0.saturating_add(1))
    }

    /// As it is bound for a column of a type.
    pub(crate) fn of(self, sql_type: SqlType) -> Param {
        match sql_type {
            SqlType::Timestamp => Param::Timestamp(self.0),
            _ => Param::Timestamptz(self.0),
        }
    }
}

macro_rules! plain {
    ($($name:ident $wire:ident $words:literal = $number:ty, $from:expr;)*) => {$(
        #[derive(Clone)]
        struct $name($number);

        impl ColumnType for $name {
            type Base = Self;
            type Family = family::Opaque;

            const SQL_TYPE: SqlType = SqlType::$name;

            fn to_param(&self) -> Param {
                Param::$name(self.0)
            }

            fn from_param(param: &Param) -> Option<Self> {
                match param {
                    Param::$name(value) => Some($name(*value)),
                    _ => None,
                }
            }

            fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                let raw = wire::value_of($words, sql_type == WireType::$wire, sql_type, raw)?;
                Ok($name($from(wire::exactly($words, raw)?)))
            }
        }
    )*};
}

plain! {
    Uuid UUID "uuid" = [u8; 16], std::convert::identity;
    Date DATE "date" = i32, i32::from_be_bytes;
    Time TIME "time" = i64, i64::from_be_bytes;
    Timestamp TIMESTAMP "timestamp" = i64, i64::from_be_bytes;
    Timestamptz TIMESTAMPTZ "timestamptz" = i64, i64::from_be_bytes;
}
