//! Texts: `text`, `varchar`, `char`, and the types that travel like them.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::{BufMut, BytesMut};

use super::wire_type::oid;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, TypeKind, WireType,
    family, wire,
};
use crate::schema::{EnumDef, SqlType};

const NAME: &str = "text";

impl ColumnType for String {
    type Base = Self;
    type Family = family::Text;

    const SQL_TYPE: SqlType = SqlType::Text;

    fn to_param(&self) -> Param {
        Param::Text(self.clone())
    }

    fn into_param(self) -> Param {
        Param::Text(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(value) => Some(value.clone()),
            _ => None,
        }
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        decode(sql_type, raw).map(str::to_owned)
    }
}

impl ArrayElement for String {}

/// The other ways to hold a text; they travel exactly as a `String` does.
macro_rules! text_columns {
    ($($rust:ty: $into_string:expr;)*) => {$(
        impl ColumnType for $rust {
            type Base = Self;
            type Family = family::Text;

            const SQL_TYPE: SqlType = SqlType::Text;

            fn to_param(&self) -> Param {
                Param::Text(String::from(&**self))
            }

            fn into_param(self) -> Param {
                Param::Text($into_string(self))
            }

            fn from_param(param: &Param) -> Option<Self> {
                String::from_param(param).map(Into::into)
            }

            fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
                encode(self, sql_type, out)
            }

            fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                decode(sql_type, raw).map(|text| String::from(text).into())
            }
        }

        impl ArrayElement for $rust {}
    )*};
}

text_columns! {
    Box<str>: String::from;
    Arc<str>: |text: Arc<str>| String::from(&*text);
    Cow<'static, str>: Cow::into_owned;
}

/// Whether values of the type travel as plain text. Enums do: as their label.
pub(super) fn is_text(sql_type: WireType<'_>) -> bool {
    match sql_type.oid() {
        oid::TEXT | oid::VARCHAR | oid::BPCHAR | oid::NAME | oid::UNKNOWN | oid::XML => true,
        _ => matches!(sql_type.kind(), TypeKind::Enum) || sql_type.name() == "citext",
    }
}

/// Whether values of the type travel as text behind a version number, which is 1.
fn is_versioned_text(sql_type: WireType<'_>) -> bool {
    matches!(sql_type.name(), "ltree" | "lquery" | "ltxtquery")
}

pub(super) fn encode(text: &str, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if is_versioned_text(sql_type) {
        out.put_u8(1);
    } else if !is_text(sql_type) {
        return Err(EncodeFault::wrong_type(NAME, sql_type).into());
    }
    if text.as_bytes().contains(&0) {
        return Err(EncodeFault::nul_in_text().into());
    }
    out.put_slice(text.as_bytes());
    Ok(IsNull::No)
}

/// A label into its own enum type, or into a text.
pub(super) fn encode_label(
    def: &EnumDef,
    label: &str,
    sql_type: WireType<'_>,
    out: &mut BytesMut,
) -> Encoded {
    let is_other_enum = matches!(sql_type.kind(), TypeKind::Enum) && sql_type.name() != def.name;
    if is_other_enum || !is_text(sql_type) {
        return Err(EncodeFault::wrong_type(def.name, sql_type).into());
    }
    out.put_slice(label.as_bytes());
    Ok(IsNull::No)
}

pub(super) fn decode<'r>(
    sql_type: WireType<'_>,
    raw: Option<&'r [u8]>,
) -> Result<&'r str, DecodeFault> {
    let versioned = !is_text(sql_type) && is_versioned_text(sql_type);
    let mut raw = wire::value_of(NAME, versioned || is_text(sql_type), sql_type, raw)?;
    if versioned {
        raw = raw
            .strip_prefix(&[1])
            .ok_or_else(|| DecodeFault::malformed(NAME))?;
    }
    std::str::from_utf8(raw).map_err(|_| DecodeFault::malformed(NAME))
}
