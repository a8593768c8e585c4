//! A column value seen without its Rust type.

use std::fmt;

#[cfg(feature = "decimal")]
use rust_decimal::Decimal;

/// What a rule looks at: a column value seen without its Rust type.
///
/// Its `Debug` names the kind only, so that no value reaches a log.
#[derive(Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum View<'a> {
    /// SQL NULL.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// An exact decimal number.
    #[cfg(feature = "decimal")]
    Decimal(Decimal),
    /// A text.
    Text(&'a str),
    /// Binary data.
    Bytes(&'a [u8]),
    /// A UUID, by its bytes.
    Uuid([u8; 16]),
    /// A date, in days since 2000-01-01.
    Date(i32),
    /// A time of day, in microseconds since midnight.
    Time(i64),
    /// A date and time without a zone, in microseconds since 2000-01-01 00:00.
    Timestamp(i64),
    /// An instant, in microseconds since 2000-01-01 00:00 UTC.
    DateTime(i64),
    /// An array, by its number of elements.
    Len(usize),
    /// A value only custom rules know how to judge.
    Other,
}

/// The kind of value a column holds, whatever its Rust type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ValueKind {
    /// A boolean.
    Bool,
    /// An integer of any width.
    Int,
    /// A floating-point number.
    Float,
    /// An exact decimal number.
    Decimal,
    /// A text.
    Text,
    /// Binary data.
    Bytes,
    /// A UUID.
    Uuid,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// A date and time without a zone.
    Timestamp,
    /// An instant.
    DateTime,
    /// An array.
    Array,
    /// Anything else.
    Other,
}

impl ValueKind {
    /// Whether values of this kind are numbers.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Decimal)
    }

    /// Whether values of this kind name a day.
    #[must_use]
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Date | Self::Timestamp | Self::DateTime)
    }
}

impl<'a> View<'a> {
    /// The kind of the value; `None` for NULL.
    #[must_use]
    pub const fn kind(&self) -> Option<ValueKind> {
        Some(match self {
            Self::Null => return None,
            Self::Bool(_) => ValueKind::Bool,
            Self::Int(_) => ValueKind::Int,
            Self::Float(_) => ValueKind::Float,
            #[cfg(feature = "decimal")]
            Self::Decimal(_) => ValueKind::Decimal,
            Self::Text(_) => ValueKind::Text,
            Self::Bytes(_) => ValueKind::Bytes,
            Self::Uuid(_) => ValueKind::Uuid,
            Self::Date(_) => ValueKind::Date,
            Self::Time(_) => ValueKind::Time,
            Self::Timestamp(_) => ValueKind::Timestamp,
            Self::DateTime(_) => ValueKind::DateTime,
            Self::Len(_) => ValueKind::Array,
            Self::Other => ValueKind::Other,
        })
    }

    /// The text, if it is one.
    pub(super) const fn text(&self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl fmt::Debug for View<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            Some(kind) => write!(f, "View::{kind:?}(..)"),
            None => f.write_str("View::Null"),
        }
    }
}

/// `From` for the types a view holds as they are or widens without loss.
macro_rules! view_from {
    ($($from:ty => $variant:ident),* $(,)?) => {$(
        impl From<$from> for View<'_> {
            fn from(value: $from) -> Self {
                Self::$variant(value.into())
            }
        }
    )*};
}

view_from! {
    bool => Bool,
    i8 => Int, i16 => Int, i32 => Int, i64 => Int, u8 => Int, u16 => Int, u32 => Int,
    f32 => Float, f64 => Float,
}

#[cfg(feature = "decimal")]
view_from! { Decimal => Decimal }

impl<'a> From<&'a str> for View<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a [u8]> for View<'a> {
    fn from(value: &'a [u8]) -> Self {
        Self::Bytes(value)
    }
}

impl<'a, T: Into<View<'a>>> From<Option<T>> for View<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
