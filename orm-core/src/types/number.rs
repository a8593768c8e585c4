//! Booleans, integers and floating-point numbers.
//!
//! A narrower integer column is read and a wider one written without loss;
//! floating-point numbers keep their width, because `0.1` as `real` and as
//! `double precision` are different numbers.

use bytes::{BufMut, BytesMut};

use super::wire_type::oid;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, decimal,
    family, wire,
};
use crate::schema::SqlType;

macro_rules! number_columns {
    ($($rust:ty: $name:literal, $variant:ident, $family:ident, [$($wire:ident $from:ty),*];)*) => {$(
        impl ColumnType for $rust {
            type Base = Self;
            type Family = family::$family;

            const SQL_TYPE: SqlType = SqlType::$variant;

            fn to_param(&self) -> Param {
                Param::$variant(*self)
            }

            fn from_param(param: &Param) -> Option<Self> {
                match param {
                    Param::$variant(value) => Some(*value),
                    _ => None,
                }
            }

            fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                match sql_type.oid() {
                    $(oid::$wire => {
                        let raw = wire::value_of($name, true, sql_type, raw)?;
                        Ok(<$from>::from_be_bytes(wire::exactly($name, raw)?).into())
                    })*
                    _ => Err(DecodeFault::wrong_type($name, sql_type)),
                }
            }
        }

        impl ArrayElement for $rust {}
    )*};
}

number_columns! {
    i16: "int2", Int2, Int2, [INT2 i16];
    i32: "int4", Int4, Int4, [INT4 i32, INT2 i16];
    i64: "int8", Int8, Int8, [INT8 i64, INT4 i32, INT2 i16];
    f32: "float4", Float4, Float4, [FLOAT4 f32];
    f64: "float8", Float8, Float8, [FLOAT8 f64];
}

impl ColumnType for bool {
    type Base = Self;
    type Family = family::Boolean;

    const SQL_TYPE: SqlType = SqlType::Bool;

    fn to_param(&self) -> Param {
        Param::Bool(*self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Bool(value) => Some(*value),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        match wire::value_of("bool", sql_type == WireType::BOOL, sql_type, raw)? {
            [0] => Ok(false),
            [1] => Ok(true),
            _ => Err(DecodeFault::malformed("bool")),
        }
    }
}

impl ArrayElement for bool {}

pub(super) fn encode_bool(value: bool, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::BOOL {
        return Err(EncodeFault::wrong_type("bool", sql_type).into());
    }
    out.put_u8(value.into());
    Ok(IsNull::No)
}

/// An integer as the integer type the server asks for, where it fits; as
/// `numeric`; as `double precision`, unless the width allows values it would round.
pub(super) fn encode_int(
    value: i64,
    name: &'static str,
    sql_type: WireType<'_>,
    out: &mut BytesMut,
) -> Encoded {
    let out_of_range = |_| EncodeFault::out_of_range(name, sql_type);
    match sql_type.oid() {
        oid::INT2 => out.put_i16(i16::try_from(value).map_err(out_of_range)?),
        oid::INT4 => out.put_i32(i32::try_from(value).map_err(out_of_range)?),
        oid::INT8 => out.put_i64(value),
        oid::NUMERIC => return decimal::encode(value.into(), 0, sql_type, out),
        // Exact: a double holds every 32-bit integer.
        oid::FLOAT8 if name != "int8" => out.put_f64(value as f64),
        _ => return Err(EncodeFault::wrong_type(name, sql_type).into()),
    }
    Ok(IsNull::No)
}

pub(super) fn encode_float4(value: f32, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::FLOAT4 {
        return Err(EncodeFault::wrong_type("float4", sql_type).into());
    }
    out.put_f32(value);
    Ok(IsNull::No)
}

pub(super) fn encode_float8(value: f64, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::FLOAT8 {
        return Err(EncodeFault::wrong_type("float8", sql_type).into());
    }
    out.put_f64(value);
    Ok(IsNull::No)
}
