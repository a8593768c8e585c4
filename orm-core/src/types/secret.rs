//! Secrets of the crate `secrecy`: texts and bytes that nobody shows by mistake.

use bytes::BytesMut;
use secrecy::{ExposeSecret, SecretSlice, SecretString};

use super::{ColumnType, DecodeFault, Encoded, Param, WireType, binary, family, text, wire};
use crate::schema::SqlType;

/// A text that is told to nobody, stored as `String` is.
///
/// It has no order and no pattern, stands in no key, in no list of a client and in no cursor:
/// what is left is equality, by which a token is found. It has no `Serialize`, so a model that
/// derives it says `#[serde(skip_serializing)]`, and `Debug` shows that there is one. The text
/// in a row is wiped when the row is dropped; copies on the way to the database, in a statement
/// and in the driver's buffers, are not. A log that was told to show bound values
/// (`Config::log_params`) shows this one, too.
///
/// ```
/// use orm_core::types::{ColumnType, Param};
/// use secrecy::{ExposeSecret, SecretString};
///
/// let secret = SecretString::from("hunter2");
/// let param = secret.to_param();
/// assert_eq!(format!("{param:?}"), "Param(text)");
/// let again = SecretString::from_param(&param).expect("it was made from one");
/// assert_eq!(again.expose_secret(), "hunter2");
/// ```
impl ColumnType for SecretString {
    type Base = Self;
    type Family = family::Secret;

    const SQL_TYPE: SqlType = SqlType::Text;

    fn to_param(&self) -> Param {
        Param::Text(self.expose_secret().to_owned())
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(text) => Some(text.as_str().into()),
            _ => None,
        }
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        text::encode(self.expose_secret(), sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        text::decode(sql_type, raw).map(Into::into)
    }
}

/// Bytes that are told to nobody, stored as `Vec<u8>` is; else as a secret text.
impl ColumnType for SecretSlice<u8> {
    type Base = Self;
    type Family = family::Secret;

    const SQL_TYPE: SqlType = SqlType::Bytea;

    fn to_param(&self) -> Param {
        Param::Bytes(self.expose_secret().to_vec())
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Bytes(bytes) => Some(bytes.clone().into()),
            _ => None,
        }
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        binary::encode(self.expose_secret(), sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of("bytea", sql_type == WireType::BYTEA, sql_type, raw)?;
        Ok(raw.to_vec().into())
    }
}
