//! What can be stored in a column, and how a value crosses the wire.
//!
//! [`ColumnType`] is implemented for every Rust type a field may have; a value
//! goes out as a [`Param`] and comes back from the raw bytes of one column.
//! Everything is sent and read in the server's binary format, exactly: what
//! cannot be represented is a typed fault, never a rounded value or a panic.
//!
//! One thing is cut: times are sent in whole microseconds, as the server keeps
//! them, and the nanoseconds of `Utc::now()` are dropped, towards the past. What
//! a write returns is what the database has, so a row that was created compares
//! equal to the same row read later; a time that was not sent yet may not.
//!
//! | Rust | PostgreSQL |
//! |---|---|
//! | `bool` | `boolean` |
//! | `i16`, `i32`, `i64` | `smallint`, `integer`, `bigint` |
//! | `f32`, `f64` | `real`, `double precision` |
//! | `rust_decimal::Decimal` | `numeric` |
//! | `String`, `Box<str>`, `Arc<str>`, `Cow<'static, str>` | `text`, `varchar(n)`, `char(n)` |
//! | `Vec<u8>` | `bytea` |
//! | `NaiveDate`, `NaiveTime`, `NaiveDateTime` | `date`, `time`, `timestamp` |
//! | `DateTime<Utc>` | `timestamp with time zone` |
//! | [`Interval`] | `interval` |
//! | `uuid::Uuid` | `uuid` |
//! | `secrecy::SecretString`, `SecretSlice<u8>` | as `String`, as `Vec<u8>` |
//! | [`Json<T>`], `serde_json::Value` | `jsonb`, `json` |
//! | `IpAddr`, [`Inet`], [`Cidr`] | `inet`, `cidr` |
//! | [`TsVector`] | `tsvector` |
//! | `Vector<N>` | `vector(n)` of the extension `pgvector` |
//! | [`Range<T>`] | `int4range`, `int8range`, `numrange`, `daterange`, `tsrange`, `tstzrange` |
//! | `Vec<T>`, `Vec<Option<T>>` | `T[]` |
//! | [`Infinite<T>`] | the same date or timestamp type, `infinity` and `-infinity` allowed |
//! | an enum with `#[derive(DbEnum)]` | its own enum type |
//! | [`OrUnknown<E>`] | the same enum type, with labels the Rust enum does not have |
//! | a newtype with `#[derive(DbType)]` | the type it wraps |
//! | `Option<T>` | the same type, NULL allowed |
//!
//! SQLite has integers, real numbers, texts and blobs, and nothing else. A value is
//! stored in one form, whichever way it gets there, that keeps it exactly, is equal and
//! sorts as the value does:
//!
//! | type | in SQLite |
//! |---|---|
//! | `boolean` | the integer 0 or 1 |
//! | `smallint`, `integer`, `bigint` | an integer |
//! | `real`, `double precision` | a real number; NaN is refused, and `-0.0` is `0.0` |
//! | `numeric` | a text, compared by the collation `decimal` |
//! | `text`, `varchar(n)`, `char(n)`, enums | a text; `char(n)` is not padded |
//! | `bytea` | a blob |
//! | `uuid` | `67e55044-10b1-426f-9247-bb680e5fe0c8` |
//! | `date`, of the years 1 to 9999 | `2024-03-10` |
//! | `time` | `14:05:00.000000` |
//! | `timestamp` | `2024-03-10 14:05:00.000000` |
//! | `timestamp with time zone` | `2024-03-10 14:05:00.000000+00:00`, always in UTC |
//! | `jsonb`, `json` | the document as a text, the members of its objects in order |
//!
//! What other programs wrote is read where it is the same value without doubt: a time
//! with `T`, `Z`, an offset or without seconds, a UUID in 16 bytes, `5.0` where an
//! integer is expected, a real number of at most 15 digits as a decimal. Arrays, ranges,
//! intervals, addresses and words of texts are refused by name.
//!
//! The types of other crates need the features of `orm` that are named after them:
//! `chrono` and `decimal` are on, `uuid`, `time`, `jiff` (version 1), `jiff_02` and `secrecy` are not;
//! `Vector` needs `pgvector`.

mod array;
mod binary;
mod decimal;
#[doc(hidden)]
pub mod enumeration;
pub mod family;
mod fault;
mod interval;
mod json;
mod json_value;
mod literal;
mod network;
#[doc(hidden)]
pub mod newtype;
mod number;
mod option;
mod param;
mod range;
mod read;
#[cfg(feature = "secrecy")]
mod secret;
mod sorted;
#[cfg_attr(not(feature = "sqlite"), allow(dead_code))]
pub(crate) mod stored;
pub(crate) mod temporal;
#[cfg(test)]
mod tests;
mod text;
mod ts_vector;
mod unknown;
pub(crate) mod uuid;
mod value;
#[cfg(feature = "pgvector")]
mod vector;
mod view;
mod wire;
mod wire_type;

pub use array::ArrayElement;
pub use enumeration::DbEnum;
#[cfg(feature = "pgvector")]
pub use family::Spatial;
pub use family::{
    ArrayType, Averaged, Comparable, Extremes, JsonType, KeyPart, Listed, Numeric, RangeType,
    Searchable, Summed, Textual, Timed,
};
pub use fault::{DecodeFault, EncodeFault};
pub use interval::Interval;
pub use json::{Document, Json};
pub use json_value::{JsonOf, JsonValue};
pub use network::{Cidr, Inet, NetworkError};
pub use newtype::Newtype;
pub use param::{Bind, Encoded, IsNull, Param};
pub use range::{Range, RangeBound};
pub(crate) use read::{Mark, take_param};
#[doc(hidden)]
pub use sorted::Sorted;
pub use temporal::{Infinite, Moment};
pub use ts_vector::{Lexeme, Position, TsVector};
pub use unknown::OrUnknown;
pub use value::{IntoValue, IntoValues};
#[cfg(feature = "pgvector")]
pub use vector::{Vector, VectorError};
pub use wire_type::{TypeKind, WireType};

use bytes::BytesMut;

use crate::schema::SqlType;

/// A Rust type that can be stored in a column.
///
/// The [list of types](self) covers what PostgreSQL has built in; `derive(DbType)`
/// makes a newtype over any of them storable, `derive(DbEnum)` an enum.
///
/// ```
/// use orm_core::schema::SqlType;
/// use orm_core::types::{ColumnType, Param};
///
/// assert_eq!(i64::SQL_TYPE, SqlType::Int8);
/// assert!(<Option<i64>>::NULLABLE);
/// assert_eq!(i64::from_param(&7_i64.to_param()), Some(7));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored in a column",
    label = "not a column type",
    note = "derive `DbEnum` for an enum, `DbType` for a newtype; anything that derives `Clone`, \
            `serde::Serialize` and `serde::Deserialize` is stored as `Json<..>`",
    note = "rows of another model are no field: they are an `#[association(..)]` on the struct"
)]
#[cfg_attr(
    not(all(
        feature = "chrono",
        feature = "time",
        feature = "jiff",
        feature = "jiff_02",
        feature = "uuid",
        feature = "decimal",
        feature = "secrecy",
    )),
    diagnostic::on_unimplemented(
        note = "types of other crates need the feature of `orm` of their name: `chrono`, `time`, \
                `jiff`, `jiff_02`, `uuid`, `decimal`, `secrecy`"
    )
)]
pub trait ColumnType: Sized + Clone + Send + Sync + 'static {
    /// The type without `Option`: itself, or what the `Option` holds.
    type Base: ColumnType<Base = Self::Base>;

    /// What queries can do with the column: one of the types in [`family`].
    type Family: family::Family;

    /// The column type that a field of this Rust type has unless it says otherwise.
    const SQL_TYPE: SqlType;

    /// Whether the column may hold NULL.
    const NULLABLE: bool = false;

    /// Whether labels of an enum that the program does not know are values too, as
    /// [`OrUnknown`] has it.
    const TAKES_UNKNOWN: bool = false;

    /// The value as a bound parameter.
    fn to_param(&self) -> Param;

    /// The value as a bound parameter, without a copy.
    fn into_param(self) -> Param {
        self.to_param()
    }

    /// Many values as one bound array.
    ///
    /// Its type is an array of
    /// [`SqlType::element_of_bound_array`](crate::schema::SqlType::element_of_bound_array).
    fn array_param(values: Vec<Self>) -> Param {
        Param::array(values)
    }

    /// The value a parameter was made from, if it was made from this type.
    fn from_param(param: &Param) -> Option<Self>;

    /// Writes the value in the binary format of the server's type.
    ///
    /// # Errors
    /// With an [`EncodeFault`] when the server's type cannot hold the value.
    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        self.to_param().encode(sql_type, out)
    }

    /// Reads the value from the bytes of one column; `None` is NULL.
    ///
    /// # Errors
    /// When the column's type or its bytes are not this type's.
    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault>;
}
