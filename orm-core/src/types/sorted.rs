//! Values that rows are sorted by, kept outside of the program: in the cursor of a page.

use bytes::BytesMut;

use super::family::Family;
use super::{ColumnType, IsNull, Param, WireType};
use crate::decode::Cursor;
use crate::error::Result;
use crate::schema::{RangeKind, SqlType};

/// How the values of one Rust type are read from a row, and kept as bytes: in the
/// canonical form, so exactly.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Sorted {
    /// The type of the values.
    pub(crate) sql_type: SqlType,
    /// Whether they may be NULL.
    pub(crate) nullable: bool,
    /// Whether they are told to nobody.
    pub(crate) is_secret: bool,
    take: fn(&mut Cursor<'_>) -> Result<Param>,
    parse: fn(WireType<'_>, &[u8]) -> Option<Param>,
}

impl std::fmt::Debug for Sorted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sorted({})", self.sql_type.wire_name())
    }
}

impl Sorted {
    /// That of a type.
    pub(crate) const fn of<T: ColumnType>() -> Self {
        Sorted {
            sql_type: T::SQL_TYPE,
            nullable: T::NULLABLE,
            is_secret: <T::Family as Family>::IS_SECRET,
            take: |row| row.take::<T>().map(T::into_param),
            parse: |wire, raw| Some(T::decode(wire, Some(raw)).ok()?.into_param()),
        }
    }

    /// Reads the next field of a row, as it is bound again.
    ///
    /// # Errors
    /// When it is of another type.
    pub(crate) fn take(&self, row: &mut Cursor<'_>) -> Result<Param> {
        (self.take)(row)
    }

    /// Appends a value's canonical bytes; `None` where it has none.
    pub(crate) fn keep(&self, value: &Param, out: &mut BytesMut) -> Option<IsNull> {
        value.encode(self.wire_type()?, out).ok()
    }

    /// The value that was kept in some bytes, if they are of one.
    pub(crate) fn parse(&self, raw: &[u8]) -> Option<Param> {
        (self.parse)(self.wire_type()?, raw)
    }

    /// The form the bytes have, of types that have one without a server.
    fn wire_type(&self) -> Option<WireType<'static>> {
        Some(match self.sql_type {
            SqlType::Bool => WireType::BOOL,
            SqlType::Int2 => WireType::INT2,
            SqlType::Int4 => WireType::INT4,
            SqlType::Int8 => WireType::INT8,
            SqlType::Float4 => WireType::FLOAT4,
            SqlType::Float8 => WireType::FLOAT8,
            SqlType::Numeric(_) => WireType::NUMERIC,
            SqlType::Text
            | SqlType::Varchar(_)
            | SqlType::Char(_)
            | SqlType::Enum(_)
            | SqlType::Named(_) => WireType::TEXT,
            SqlType::Bytea => WireType::BYTEA,
            SqlType::Date => WireType::DATE,
            SqlType::Time => WireType::TIME,
            SqlType::Timestamp => WireType::TIMESTAMP,
            SqlType::Timestamptz => WireType::TIMESTAMPTZ,
            SqlType::Interval => WireType::INTERVAL,
            SqlType::Uuid => WireType::UUID,
            SqlType::Json | SqlType::Jsonb => WireType::JSON,
            SqlType::Inet => WireType::INET,
            SqlType::Cidr => WireType::CIDR,
            SqlType::TsVector | SqlType::Vector(_) => return None,
            SqlType::Range(kind) => match kind {
                RangeKind::Int4 => WireType::INT4_RANGE,
                RangeKind::Int8 => WireType::INT8_RANGE,
                RangeKind::Numeric => WireType::NUM_RANGE,
                RangeKind::Date => WireType::DATE_RANGE,
                RangeKind::Timestamp => WireType::TS_RANGE,
                RangeKind::Timestamptz => WireType::TSTZ_RANGE,
            },
            SqlType::Array(element) => match element {
                SqlType::Bool => WireType::BOOL_ARRAY,
                SqlType::Int2 => WireType::INT2_ARRAY,
                SqlType::Int4 => WireType::INT4_ARRAY,
                SqlType::Int8 => WireType::INT8_ARRAY,
                SqlType::Float4 => WireType::FLOAT4_ARRAY,
                SqlType::Float8 => WireType::FLOAT8_ARRAY,
                SqlType::Numeric(_) => WireType::NUMERIC_ARRAY,
                SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => WireType::TEXT_ARRAY,
                SqlType::Date => WireType::DATE_ARRAY,
                SqlType::Uuid => WireType::UUID_ARRAY,
                _ => return None,
            },
        })
    }
}
