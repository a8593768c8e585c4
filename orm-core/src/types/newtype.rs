//! Newtypes over a column type.

/// A struct with one field that is stored as that field is.
///
/// Derived with `#[derive(DbType)]`, which also writes the `ColumnType` that
/// hands everything on to the inner type.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a newtype over a column type",
    label = "not a newtype over a column type",
    note = "add `#[derive(DbType)]` to `{Self}`"
)]
pub trait Newtype: super::ColumnType {
    /// The type of the field.
    type Inner: super::ColumnType;

    /// Wraps a value.
    fn wrap(inner: Self::Inner) -> Self;

    /// The value inside.
    fn inner(&self) -> &Self::Inner;

    /// Takes the value out.
    fn into_inner(self) -> Self::Inner;
}
