//! `bytea`: binary data.

use bytes::{BufMut, BytesMut};

use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    wire,
};
use crate::schema::SqlType;

impl ColumnType for Vec<u8> {
    type Base = Self;
    type Family = family::Bytes;

    const SQL_TYPE: SqlType = SqlType::Bytea;

    fn to_param(&self) -> Param {
        Param::Bytes(self.clone())
    }

    fn into_param(self) -> Param {
        Param::Bytes(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Bytes(value) => Some(value.clone()),
            _ => None,
        }
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        wire::value_of("bytea", sql_type == WireType::BYTEA, sql_type, raw).map(<[u8]>::to_vec)
    }
}

impl ArrayElement for Vec<u8> {}

pub(super) fn encode(value: &[u8], sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::BYTEA {
        return Err(EncodeFault::wrong_type("bytea", sql_type).into());
    }
    out.put_slice(value);
    Ok(IsNull::No)
}
