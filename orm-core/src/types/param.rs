//! The bound value.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

use bytes::BytesMut;
#[cfg(feature = "decimal")]
use rust_decimal::Decimal;

use super::array::{Array, ParamArray};
use super::{ColumnType, EncodeFault, TypeKind, WireType, binary, number, temporal, text};
use crate::schema::{EnumDef, SqlType};

/// What writing a value gives: whether it is NULL, or why it cannot be sent.
///
/// The error is an [`EncodeFault`] wherever the value is at fault; the driver
/// hands it on as the source of its own error.
pub type Encoded = Result<IsNull, Box<dyn Error + Sync + Send>>;

/// Whether a value that was written is NULL: then it has no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IsNull {
    /// It is NULL.
    Yes,
    /// It is not.
    No,
}

/// A value bound to a statement.
///
/// Made by [`ColumnType::to_param`]; it is sent in the type the server asks
/// for, and refused with an [`EncodeFault`] where that type cannot hold it.
/// `Debug` names the type and never shows the value.
///
/// ```
/// use orm_core::types::{ColumnType, Param};
///
/// let param = String::from("secret").into_param();
/// assert_eq!(format!("{param:?}"), "Param(text)");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub enum Param {
    /// NULL, of whatever type the server expects.
    Null,
    /// A boolean.
    Bool(bool),
    /// A 16-bit integer.
    Int2(i16),
    /// A 32-bit integer.
    Int4(i32),
    /// A 64-bit integer.
    Int8(i64),
    /// A 32-bit floating-point number.
    Float4(f32),
    /// A 64-bit floating-point number.
    Float8(f64),
    /// An exact decimal number.
    #[cfg(feature = "decimal")]
    Numeric(Decimal),
    /// A text.
    Text(String),
    /// Binary data.
    Bytes(Vec<u8>),
    /// A UUID, by its bytes.
    Uuid([u8; 16]),
    /// A date, in days since 2000-01-01.
    Date(i32),
    /// A time of day, in microseconds since midnight.
    Time(i64),
    /// A date and time without zone, in microseconds since 2000-01-01 00:00.
    Timestamp(i64),
    /// An instant, in microseconds since 2000-01-01 00:00 UTC.
    Timestamptz(i64),
    /// A label of an enum type.
    Enum(&'static EnumDef, &'static str),
    /// Any other value.
    Other(Arc<dyn Bind>),
}

/// A value that is bound through [`Param::Other`]: arrays, JSON, ranges, addresses.
pub trait Bind: Any + Send + Sync {
    /// The name of the value's type, for messages.
    fn type_name(&self) -> Cow<'static, str>;

    /// Writes the value in the binary format of the server's type.
    ///
    /// # Errors
    /// With an [`EncodeFault`] when the server's type cannot hold the value.
    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded;

    /// Appends the value in the server's text format, unquoted.
    ///
    /// # Errors
    /// When the value has no text format.
    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault>;

    /// The number of elements, where the value is an array.
    fn element_count(&self) -> Option<usize> {
        None
    }

    /// Shows every element, where the value is an array.
    #[doc(hidden)]
    fn each_element(&self, _see: &mut dyn FnMut(&Param)) {}
}

impl<T: ColumnType> From<T> for Param {
    fn from(value: T) -> Self {
        value.into_param()
    }
}

impl From<&str> for Param {
    fn from(value: &str) -> Self {
        Param::Text(value.to_owned())
    }
}

impl Param {
    /// A value of a type that has no variant of its own.
    pub fn other(value: impl Bind) -> Param {
        Param::Other(Arc::new(value))
    }

    /// Many values as one bound array.
    pub fn array<T: ColumnType>(values: Vec<T>) -> Param {
        Param::other(Array(values))
    }

    /// Values that were bound one by one, for columns of one type, as one bound array.
    pub(crate) fn array_of(element: SqlType, values: Vec<Param>) -> Param {
        Param::other(ParamArray { element, values })
    }

    /// The values of an [`array_of`](Self::array_of).
    pub(crate) fn elements(&self) -> Option<&[Param]> {
        let array: &ParamArray = self.downcast()?;
        Some(&array.values)
    }

    /// The number of values, where this is a list of them.
    #[cfg(feature = "sqlite")]
    pub(crate) fn element_count(&self) -> Option<usize> {
        match self {
            Param::Other(value) => value.element_count(),
            _ => None,
        }
    }

    /// The value behind [`Param::Other`], if it has the type `T`.
    pub fn downcast<T: Bind>(&self) -> Option<&T> {
        match self {
            Param::Other(value) => (&**value as &dyn Any).downcast_ref(),
            _ => None,
        }
    }

    /// The number, where this is one that counts.
    pub(crate) fn as_count(&self) -> Option<usize> {
        match self {
            Param::Int8(count) => usize::try_from(*count).ok(),
            _ => None,
        }
    }

    /// Whether this is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Param::Null)
    }

    /// The value, if it may be shown: an integer or a UUID, which keys are.
    pub(crate) fn shown(&self) -> Option<String> {
        let is_shown = matches!(
            self,
            Param::Int2(_) | Param::Int4(_) | Param::Int8(_) | Param::Uuid(_)
        );
        let mut text = String::new();
        (is_shown && self.write_text(&mut text).is_ok()).then_some(text)
    }

    /// The name of the value's type, in the server's words.
    pub fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            Param::Null => "NULL",
            Param::Bool(_) => "bool",
            Param::Int2(_) => "int2",
            Param::Int4(_) => "int4",
            Param::Int8(_) => "int8",
            Param::Float4(_) => "float4",
            Param::Float8(_) => "float8",
            #[cfg(feature = "decimal")]
            Param::Numeric(_) => "numeric",
            Param::Text(_) => "text",
            Param::Bytes(_) => "bytea",
            Param::Uuid(_) => "uuid",
            Param::Date(_) => "date",
            Param::Time(_) => "time",
            Param::Timestamp(_) => "timestamp",
            Param::Timestamptz(_) => "timestamptz",
            Param::Enum(def, _) => def.name,
            Param::Other(value) => return value.type_name(),
        })
    }

    /// Writes the value in the binary format of the server's type.
    ///
    /// # Errors
    /// With an [`EncodeFault`] when the server's type cannot hold the value.
    pub fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        if let TypeKind::Domain(base) = sql_type.kind() {
            return self.encode(base, out);
        }
        match self {
            Param::Null => Ok(IsNull::Yes),
            Param::Bool(value) => number::encode_bool(*value, sql_type, out),
            Param::Int2(value) => number::encode_int((*value).into(), "int2", sql_type, out),
            Param::Int4(value) => number::encode_int((*value).into(), "int4", sql_type, out),
            Param::Int8(value) => number::encode_int(*value, "int8", sql_type, out),
            Param::Float4(value) => number::encode_float4(*value, sql_type, out),
            Param::Float8(value) => number::encode_float8(*value, sql_type, out),
            #[cfg(feature = "decimal")]
            Param::Numeric(value) => {
                super::decimal::encode(value.mantissa(), value.scale(), sql_type, out)
            }
            Param::Text(value) => text::encode(value, sql_type, out),
            Param::Bytes(value) => binary::encode(value, sql_type, out),
            Param::Uuid(value) => super::uuid::encode(*value, sql_type, out),
            Param::Date(days) => temporal::encode_date(*days, sql_type, out),
            Param::Time(micros) => temporal::encode_time(*micros, sql_type, out),
            Param::Timestamp(micros) => temporal::encode_timestamp(*micros, sql_type, out),
            Param::Timestamptz(micros) => temporal::encode_timestamptz(*micros, sql_type, out),
            Param::Enum(def, label) => text::encode_label(def, label, sql_type, out),
            Param::Other(value) => value.encode(sql_type, out),
        }
    }
}

impl Param {
    fn is_written_like(&self, other: &Param) -> bool {
        let (mut left, mut right) = (String::new(), String::new());
        self.type_name() == other.type_name()
            && self.write_text(&mut left).is_ok()
            && other.write_text(&mut right).is_ok()
            && left == right
    }
}

impl fmt::Debug for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Param({})", self.type_name())
    }
}

/// Two parameters are equal when they have one type and are sent alike.
impl PartialEq for Param {
    fn eq(&self, other: &Param) -> bool {
        match (self, other) {
            (Param::Null, Param::Null) => true,
            (Param::Bool(left), Param::Bool(right)) => left == right,
            (Param::Int2(left), Param::Int2(right)) => left == right,
            (Param::Int4(left), Param::Int4(right)) => left == right,
            (Param::Int8(left), Param::Int8(right)) => left == right,
            (Param::Text(left), Param::Text(right)) => left == right,
            (Param::Uuid(left), Param::Uuid(right)) => left == right,
            (Param::Other(left), Param::Other(right)) if Arc::ptr_eq(left, right) => true,
            _ => self.is_written_like(other),
        }
    }
}
