//! `Option`: the same column, with NULL.

use bytes::BytesMut;

use super::{ArrayElement, ColumnType, DecodeFault, Encoded, IsNull, Param, WireType};
use crate::schema::SqlType;

impl<T: ColumnType<Base = T>> ColumnType for Option<T> {
    type Base = T;
    type Family = T::Family;

    const SQL_TYPE: SqlType = T::SQL_TYPE;
    const NULLABLE: bool = true;
    const TAKES_UNKNOWN: bool = T::TAKES_UNKNOWN;

    fn to_param(&self) -> Param {
        self.as_ref().map_or(Param::Null, T::to_param)
    }

    fn into_param(self) -> Param {
        self.map_or(Param::Null, T::into_param)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Null => Some(None),
            param => T::from_param(param).map(Some),
        }
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        match self {
            Some(value) => value.encode(sql_type, out),
            None => Ok(IsNull::Yes),
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        match raw {
            Some(_) => T::decode(sql_type, raw).map(Some),
            None => Ok(None),
        }
    }
}

impl<T: ArrayElement + ColumnType<Base = T>> ArrayElement for Option<T> {}
