//! The column types, as data.

/// The type of a column in the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SqlType {
    /// `boolean`
    Bool,
    /// `smallint`, 16 bits
    Int2,
    /// `integer`, 32 bits
    Int4,
    /// `bigint`, 64 bits
    Int8,
    /// `real`, 32 bits
    Float4,
    /// `double precision`, 64 bits
    Float8,
    /// `numeric`, or `numeric(precision, scale)` in decimal digits
    Numeric(Option<(u16, u16)>),
    /// `text`
    Text,
    /// `varchar`, or `varchar(n)` with `n` in characters
    Varchar(Option<u32>),
    /// `char(n)`, blank padded, with `n` in characters
    Char(u32),
    /// `bytea`
    Bytea,
    /// `date`
    Date,
    /// `time without time zone`, microseconds
    Time,
    /// `timestamp without time zone`, microseconds
    Timestamp,
    /// `timestamp with time zone`, microseconds, stored in UTC
    Timestamptz,
    /// `interval`: months, days and microseconds
    Interval,
    /// `uuid`
    Uuid,
    /// `json`, kept as written
    Json,
    /// `jsonb`, parsed and indexable
    Jsonb,
    /// `inet`, a host address with an optional network length
    Inet,
    /// `cidr`, a network
    Cidr,
    /// One of the built-in range types
    Range(RangeKind),
    /// A native enum type
    Enum(&'static EnumDef),
    /// An array of the element type
    Array(&'static SqlType),
    /// Any other type, by the name the server knows it by, written as given
    Named(&'static str),
}

/// The built-in range types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RangeKind {
    /// `int4range`
    Int4,
    /// `int8range`
    Int8,
    /// `numrange`
    Numeric,
    /// `daterange`
    Date,
    /// `tsrange`
    Timestamp,
    /// `tstzrange`
    Timestamptz,
}

/// A native enum type: its name and its labels, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnumDef {
    /// The schema it lives in; `None` is the first of the search path.
    pub schema: Option<&'static str>,
    /// The name of the type.
    pub name: &'static str,
    /// The labels, in the order the server sorts them by.
    pub labels: &'static [&'static str],
}
