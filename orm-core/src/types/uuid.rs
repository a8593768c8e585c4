//! `uuid`.

use bytes::{BufMut, BytesMut};
use uuid::Uuid;

use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    wire,
};
use crate::schema::SqlType;

const NAME: &str = "uuid";

impl ColumnType for Uuid {
    type Base = Self;
    type Family = family::Uuid;

    const SQL_TYPE: SqlType = SqlType::Uuid;

    fn to_param(&self) -> Param {
        Param::Uuid(*self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Uuid(value) => Some(*value),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of(NAME, sql_type == WireType::UUID, sql_type, raw)?;
        Ok(Uuid::from_bytes(wire::exactly(NAME, raw)?))
    }
}

impl ArrayElement for Uuid {}

pub(super) fn encode(value: Uuid, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::UUID {
        return Err(EncodeFault::wrong_type(NAME, sql_type).into());
    }
    out.put_slice(value.as_bytes());
    Ok(IsNull::No)
}
