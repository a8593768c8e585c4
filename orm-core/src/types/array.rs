//! Arrays of one dimension.

use std::borrow::Cow;

use bytes::{BufMut, BytesMut};

use super::param::Bind;
use super::{
    ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, TypeKind, WireType, family,
    literal, text, wire,
};
use crate::schema::SqlType;

/// A column type that can be an element of an array.
///
/// Implemented for every column type that is not an array itself, and for
/// `Option` of it; `#[derive(DbEnum)]` and `#[derive(DbType)]` implement it too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of an array column",
    label = "not an element of an array",
    note = "elements are column types other than arrays: wrap nested lists in `Json<..>`"
)]
pub trait ArrayElement: ColumnType {}

// `Vec<u8>` is binary data, see `binary`: `u8` is no array element.
impl<T: ArrayElement> ColumnType for Vec<T> {
    type Base = Self;
    type Family = family::Array<T>;

    const SQL_TYPE: SqlType = SqlType::Array(&T::SQL_TYPE);
    const TAKES_UNKNOWN: bool = T::TAKES_UNKNOWN;

    fn to_param(&self) -> Param {
        Param::array(self.clone())
    }

    fn into_param(self) -> Param {
        Param::array(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast::<Array<T>>().map(|array| array.0.clone())
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let name = || Self::SQL_TYPE.wire_name();
        let TypeKind::Array(element) = sql_type.kind() else {
            return Err(DecodeFault::wrong_type(name(), sql_type));
        };
        let raw = raw.ok_or_else(|| DecodeFault::null(name()))?;
        let mut reader = wire::Reader(raw);
        let count = element_count(&mut reader)
            .ok_or_else(|| DecodeFault::malformed(name()))?
            .ok_or_else(|| DecodeFault::new(name(), "an array of several dimensions"))?;
        // An element takes at least the four bytes of its length: a count from
        // damaged data cannot make this reserve more than the data's own size.
        let mut elements = Vec::with_capacity(count.min(raw.len() / 4));
        for _ in 0..count {
            let raw = reader
                .sized()
                .ok_or_else(|| DecodeFault::malformed(name()))?;
            elements.push(T::decode(wire::base_type(element), raw)?);
        }
        Ok(elements)
    }
}

/// The number of elements of an array of at most one dimension; the inner
/// `None` is an array of more.
fn element_count(reader: &mut wire::Reader<'_>) -> Option<Option<usize>> {
    let dimensions = reader.i32()?;
    let _has_nulls = reader.i32()?;
    let _element_type = reader.i32()?;
    match dimensions {
        0 => Some(Some(0)),
        1 => {
            let count = reader.i32()?;
            let _lower_bound = reader.i32()?;
            Some(Some(usize::try_from(count).ok()?))
        }
        _ => Some(None),
    }
}

/// A bound array; unlike `Vec<T>`, of any column type.
pub(super) struct Array<T>(pub(super) Vec<T>);

impl<T: ColumnType> Bind for Array<T> {
    fn type_name(&self) -> Cow<'static, str> {
        SqlType::Array(&T::SQL_TYPE).wire_name()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        encode(&self.0, sql_type, out)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        write_text(&self.0, out)
    }

    fn element_count(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn each_element(&self, see: &mut dyn FnMut(&Param)) {
        for element in &self.0 {
            see(&element.to_param());
        }
    }
}

/// A bound array whose elements were bound one by one before.
pub(super) struct ParamArray {
    pub(super) element: SqlType,
    pub(super) values: Vec<Param>,
}

impl Bind for ParamArray {
    fn type_name(&self) -> Cow<'static, str> {
        self.element.wire_name()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        let TypeKind::Array(element_type) = sql_type.kind() else {
            return Err(EncodeFault::wrong_type(self.element.wire_name(), sql_type).into());
        };
        encode_elements(&self.values, element_type, out, Param::encode)
    }

    fn write_text(&self, _out: &mut String) -> Result<(), EncodeFault> {
        Err(EncodeFault::unrepresentable(
            "an array of bound values has no text form",
        ))
    }

    fn element_count(&self) -> Option<usize> {
        Some(self.values.len())
    }
}

/// An array as an array, or as the text of one: arrays of arrays cannot be
/// bound, so they travel as arrays of texts that the statement casts.
fn encode<T: ColumnType>(elements: &[T], sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    let TypeKind::Array(element_type) = sql_type.kind() else {
        if text::is_text(sql_type) {
            let mut literal = String::new();
            write_text(elements, &mut literal)?;
            return text::encode(&literal, sql_type, out);
        }
        let name = SqlType::Array(&T::SQL_TYPE).wire_name();
        return Err(EncodeFault::wrong_type(name, sql_type).into());
    };
    encode_elements(elements, element_type, out, T::encode)
}

fn encode_elements<T>(
    elements: &[T],
    element_type: WireType<'_>,
    out: &mut BytesMut,
    encode: impl Fn(&T, WireType<'_>, &mut BytesMut) -> Encoded,
) -> Encoded {
    let count = i32::try_from(elements.len()).map_err(|_| wire::too_large())?;
    out.put_i32(1);
    let has_nulls_at = out.len();
    out.put_i32(0);
    out.put_u32(element_type.oid());
    out.put_i32(count);
    out.put_i32(1);
    let element_type = wire::base_type(element_type);
    let mut has_nulls = false;
    for element in elements {
        let written = wire::write_sized(out, |out| encode(element, element_type, out))?;
        has_nulls |= matches!(written, IsNull::Yes);
    }
    out[has_nulls_at + 3] = has_nulls.into();
    Ok(IsNull::No)
}

fn write_text<T: ColumnType>(elements: &[T], out: &mut String) -> Result<(), EncodeFault> {
    out.push('{');
    for (at, element) in elements.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match element.to_param() {
            Param::Null => out.push_str("NULL"),
            param => {
                let mut inner = String::new();
                param.write_text(&mut inner)?;
                literal::write_element(&inner, out);
            }
        }
    }
    out.push('}');
    Ok(())
}
