//! Values as validators see them.

use super::Param;
use crate::validate::View;

impl Param {
    /// The value as validators see it, whatever its Rust type.
    pub fn view(&self) -> View<'_> {
        match self {
            Param::Null => View::Null,
            Param::Bool(value) => View::Bool(*value),
            Param::Int2(value) => View::Int((*value).into()),
            Param::Int4(value) => View::Int((*value).into()),
            Param::Int8(value) => View::Int(*value),
            Param::Float4(value) => View::Float((*value).into()),
            Param::Float8(value) => View::Float(*value),
            #[cfg(feature = "decimal")]
            Param::Numeric(value) => View::Decimal(*value),
            Param::Text(value) => View::Text(value),
            Param::Bytes(value) => View::Bytes(value),
            Param::Uuid(value) => View::Uuid(*value),
            // Infinity is no point in time.
            Param::Date(i32::MIN | i32::MAX)
            | Param::Timestamp(i64::MIN | i64::MAX)
            | Param::Timestamptz(i64::MIN | i64::MAX) => View::Other,
            Param::Date(days) => View::Date(*days),
            Param::Time(micros) => View::Time(*micros),
            Param::Timestamp(micros) => View::Timestamp(*micros),
            Param::Timestamptz(micros) => View::DateTime(*micros),
            Param::Enum(_, label) => View::Text(label),
            Param::Other(value) => value.element_count().map_or(View::Other, View::Len),
        }
    }
}
