//! Values as validators see them.

use super::{Param, temporal};
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
            Param::Numeric(value) => View::Decimal(*value),
            Param::Text(value) => View::Text(value),
            Param::Bytes(value) => View::Bytes(value),
            Param::Uuid(value) => View::Uuid(*value),
            Param::Date(days) => temporal::calendar_date(*days).map_or(View::Other, View::Date),
            Param::Time(micros) => temporal::time_of_day(*micros).map_or(View::Other, View::Time),
            Param::Timestamp(micros) => {
                temporal::calendar_time(*micros).map_or(View::Other, View::Timestamp)
            }
            Param::Timestamptz(micros) => temporal::calendar_time(*micros)
                .map_or(View::Other, |moment| View::DateTime(moment.and_utc())),
            Param::Enum(_, label) => View::Text(label),
            Param::Other(value) => value.element_count().map_or(View::Other, View::Len),
        }
    }
}
