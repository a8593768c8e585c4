//! Newtypes over a column type.

use bytes::BytesMut;

use super::{ColumnType, DecodeFault, Encoded, Param, WireType};

/// A struct with one field that is stored as that field is.
///
/// Derived with `#[derive(DbType)]`, which also writes the `ColumnType` that
/// hands everything on to the inner type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a newtype over a column type",
    label = "not a newtype over a column type",
    note = "add `#[derive(DbType)]` to `{Self}`"
)]
pub trait Newtype: ColumnType {
    /// The type of the field.
    type Inner: ColumnType;

    /// Wraps a value.
    fn wrap(inner: Self::Inner) -> Self;

    /// The value inside.
    fn inner(&self) -> &Self::Inner;

    /// Takes the value out.
    fn into_inner(self) -> Self::Inner;
}

/// [`ColumnType::to_param`] of a newtype.
pub fn to_param<N: Newtype>(value: &N) -> Param {
    value.inner().to_param()
}

/// [`ColumnType::into_param`] of a newtype.
pub fn into_param<N: Newtype>(value: N) -> Param {
    value.into_inner().into_param()
}

/// [`ColumnType::from_param`] of a newtype.
pub fn from_param<N: Newtype>(param: &Param) -> Option<N> {
    N::Inner::from_param(param).map(N::wrap)
}

/// [`ColumnType::encode`] of a newtype.
///
/// # Errors
/// When the inner type's fails.
pub fn encode<N: Newtype>(value: &N, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    value.inner().encode(sql_type, out)
}

/// [`ColumnType::decode`] of a newtype.
///
/// # Errors
/// When the inner type's fails.
pub fn decode<N: Newtype>(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<N, DecodeFault> {
    N::Inner::decode(sql_type, raw).map(N::wrap)
}
