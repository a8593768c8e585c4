//! What can be stored in a column, and how a value crosses the wire.
//!
//! [`ColumnType`] is implemented for every Rust type a field may have; a value
//! goes out as a [`Param`] and comes back from the raw bytes of one column.

mod param;

pub use param::{Bind, Param};

use tokio_postgres::types::Type;

use crate::schema::SqlType;

/// Why one column's bytes could not be read: what was found instead.
pub type DecodeFault = Box<dyn std::error::Error + Send + Sync>;

/// A Rust type that can be stored in a column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a column type",
    note = "use a type of the list in the documentation of `orm::ColumnType`, wrap it in `Json<..>`, \
            or derive `DbType` for a newtype and `DbEnum` for an enum"
)]
pub trait ColumnType: Sized + Clone + Send + Sync + 'static {
    /// The type without `Option`: itself, or what the `Option` holds.
    type Base: ColumnType<Base = Self::Base>;

    /// The column type that a field of this Rust type has unless it says otherwise.
    const SQL_TYPE: SqlType;

    /// Whether the column may hold NULL.
    const NULLABLE: bool = false;

    /// The value as a bound parameter.
    fn to_param(&self) -> Param;

    /// The value as a bound parameter, without a copy.
    fn into_param(self) -> Param {
        self.to_param()
    }

    /// Many values as one bound array.
    fn array_param(values: Vec<Self>) -> Param;

    /// The value a parameter was made from, if it was made from this type.
    fn from_param(param: &Param) -> Option<Self>;

    /// Reads the value from the bytes of one column; `None` is NULL.
    ///
    /// # Errors
    /// When the column's type or its bytes are not this type's.
    fn decode(sql_type: &Type, raw: Option<&[u8]>) -> Result<Self, DecodeFault>;
}
