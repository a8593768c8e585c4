//! What queries can do with a column, decided by the family of its type.
//!
//! Every [`ColumnType`] names its [`Family`]; newtypes and `Option` have the
//! family of what they hold. The traits here follow from the family alone, so
//! a newtype over `String` can be searched with `like` and one over `i64` summed,
//! without a line of code.

use std::marker::PhantomData;

#[cfg(feature = "decimal")]
use rust_decimal::Decimal as ExactDecimal;

use super::ColumnType;

/// A family of column types that queries treat alike.
pub trait Family: 'static {
    /// Whether values must not leave the program, in the cursor of a page for example.
    #[doc(hidden)]
    const IS_SECRET: bool = false;
}

macro_rules! families {
    ($($(#[$doc:meta])* $name:ident$(($secret:literal))?: $($trait:ident)*;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}
        impl Family for $name {
            $(const IS_SECRET: bool = $secret;)?
        }
        $(impl sealed::$trait for $name {})*
    )*};
}

families! {
    /// Booleans.
    Boolean: Ordered KeyColumn Single;
    /// 16-bit integers.
    Int2: Number Ordered Extreme KeyColumn Single;
    /// 32-bit integers.
    Int4: Number Ordered Extreme KeyColumn Single;
    /// 64-bit integers.
    Int8: Number Ordered Extreme KeyColumn Single;
    /// 32-bit floating-point numbers.
    Float4: Number Ordered Extreme Single;
    /// 64-bit floating-point numbers.
    Float8: Number Ordered Extreme Single;
    /// Exact decimal numbers.
    Decimal: Number Ordered Extreme KeyColumn Single;
    /// Texts.
    Text: Ordered Extreme KeyColumn Characters Single;
    /// Binary data.
    Bytes: Ordered KeyColumn Single;
    /// Dates, times of day, timestamps.
    Moment: Ordered Extreme KeyColumn Single Timed;
    /// Intervals.
    Span: Ordered Extreme Single Timed;
    /// UUIDs.
    Uuid: Ordered KeyColumn Single;
    /// JSON documents.
    Json: Document Single;
    /// Network addresses.
    Network: Ordered Extreme KeyColumn Single;
    /// Enums.
    Label: Ordered Extreme KeyColumn Single;
    /// The words of texts.
    Words: Lexemes Single;
    /// Vectors of numbers.
    Embedding: Coordinates Single;
    /// Secrets: they are stored, compared for equality and read, and told to nobody.
    Secret(true): Single;
    /// Types that can only be stored, compared for equality and read.
    Opaque: Single;
}

/// Arrays of `T`.
#[derive(Debug, Clone, Copy)]
pub struct Array<T>(PhantomData<fn() -> T>);

/// Ranges over `T`.
#[derive(Debug, Clone, Copy)]
pub struct Range<T>(PhantomData<fn() -> T>);

impl<T: ColumnType> Family for Array<T> {}
impl<T: ColumnType> sealed::Ordered for Array<T> {}
impl<T: ColumnType> Family for Range<T> {}
impl<T: ColumnType> sealed::Ordered for Range<T> {}
impl<T: ColumnType> sealed::Single for Range<T> {}

/// The groups of families behind the public traits.
mod sealed {
    use super::ColumnType;

    pub trait Ordered {}
    pub trait Extreme {}
    pub trait KeyColumn {}
    pub trait Characters {}
    pub trait Document {}
    pub trait Single {}
    pub trait Lexemes {}
    pub trait Coordinates {}
    pub trait Timed {}

    pub trait Number {}

    pub trait Summed {
        type Sum: ColumnType;
    }

    pub trait Averaged {
        type Avg: ColumnType;
    }

    pub trait List {
        type Element: ColumnType;
    }

    pub trait Interval {
        type Bound: ColumnType;
    }
}

macro_rules! results {
    ($trait:ident $result:ident: $($family:ident $type:ty;)*) => {$(
        impl sealed::$trait for $family {
            type $result = $type;
        }
    )*};
}

// What PostgreSQL's own `sum` and `avg` return.
results! { Summed Sum: Int2 i64; Int4 i64; Float4 f32; Float8 f64; }
results! { Averaged Avg: Float4 f64; Float8 f64; }
#[cfg(feature = "decimal")]
results! { Summed Sum: Int8 ExactDecimal; Decimal ExactDecimal; }
#[cfg(feature = "decimal")]
results! {
    Averaged Avg: Int2 ExactDecimal; Int4 ExactDecimal; Int8 ExactDecimal; Decimal ExactDecimal;
}

impl<T: ColumnType> sealed::List for Array<T> {
    type Element = T;
}

impl<T: ColumnType> sealed::Interval for Range<T> {
    type Bound = T;
}

/// A text column: `like`, `starts_with`, `lower`, …
#[diagnostic::on_unimplemented(
    message = "this needs a text column, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "text columns are `String`, and newtypes over it with `#[derive(DbType)]`"
)]
pub trait Textual: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Textual for T where T::Family: sealed::Characters {}

/// A column of numbers: arithmetic, `increment`.
#[diagnostic::on_unimplemented(
    message = "this needs a column of numbers, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "numbers are `i16`, `i32`, `i64`, `f32`, `f64`, `Decimal`, and newtypes over them \
            with `#[derive(DbType)]`"
)]
pub trait Numeric: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Numeric for T where T::Family: sealed::Number {}

/// A column of numbers that can be added up: `sum`.
#[diagnostic::on_unimplemented(
    message = "this needs a column of numbers, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "numbers are `i16`, `i32`, `i64`, `f32`, `f64`, `Decimal`, and newtypes over them \
            with `#[derive(DbType)]`"
)]
#[cfg_attr(
    not(feature = "decimal"),
    diagnostic::on_unimplemented(
        note = "the sum of `i64` is a `Decimal`: enable the feature `decimal` of `orm`"
    )
)]
pub trait Summed: Numeric {
    /// What `sum` returns: wide enough for many rows.
    type Sum: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Summed for T
where
    T::Family: sealed::Number + sealed::Summed,
{
    type Sum = <T::Family as sealed::Summed>::Sum;
}

/// A column of numbers that has a mean: `avg`.
#[diagnostic::on_unimplemented(
    message = "this needs a column of numbers, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "numbers are `i16`, `i32`, `i64`, `f32`, `f64`, `Decimal`, and newtypes over them \
            with `#[derive(DbType)]`"
)]
#[cfg_attr(
    not(feature = "decimal"),
    diagnostic::on_unimplemented(
        note = "the mean of integers is a `Decimal`: enable the feature `decimal` of `orm`"
    )
)]
pub trait Averaged: Numeric {
    /// What `avg` returns.
    type Avg: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Averaged for T
where
    T::Family: sealed::Number + sealed::Averaged,
{
    type Avg = <T::Family as sealed::Averaged>::Avg;
}

/// A column of dates, times or intervals: `date_trunc`, `extract`.
#[diagnostic::on_unimplemented(
    message = "this needs a column of dates or times, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "these are dates, times of day, timestamps and `Interval`"
)]
pub trait Timed: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Timed for T where T::Family: sealed::Timed {}

/// A column many values of which can be bound as one list: `in_`, `not_in`.
#[diagnostic::on_unimplemented(
    message = "many values of type `{Self}` cannot be bound as one list",
    label = "the column's type is `{Self}`, and arrays of arrays do not exist",
    note = "ask for each: `Filter::any_of(lists.map(|list| Model::column.eq(list)))`"
)]
pub trait Listed: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Listed for T where T::Family: sealed::Single {}

/// An array column: `contains`, `overlaps`, `any`.
#[diagnostic::on_unimplemented(
    message = "this needs an array column, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "array columns are `Vec<T>` for every `T` that can be stored in a column; \
            `Vec<u8>` is binary data"
)]
pub trait ArrayType: ColumnType {
    /// What the array holds.
    type Element: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> ArrayType for T
where
    T::Family: sealed::List,
{
    type Element = <T::Family as sealed::List>::Element;
}

/// A JSON column: paths, containment, keys.
#[diagnostic::on_unimplemented(
    message = "this needs a JSON column, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "JSON columns are `Json<T>` and `serde_json::Value`"
)]
pub trait JsonType: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> JsonType for T where T::Family: sealed::Document {}

/// A column of the words of texts: `search`, `rank`.
#[diagnostic::on_unimplemented(
    message = "this needs the words of a text, a `TsVector`, and this is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "the words of a text: `.to_tsvector(TextConfig::ENGLISH)`"
)]
pub trait Searchable: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Searchable for T where T::Family: sealed::Lexemes {}

/// A column of vectors: distances.
#[diagnostic::on_unimplemented(
    message = "this needs a column of vectors, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "vectors are `Vector<N>`, such as `Vector<1536>`"
)]
pub trait Spatial: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Spatial for T where T::Family: sealed::Coordinates {}

/// A range column: containment, overlap, bounds.
#[diagnostic::on_unimplemented(
    message = "this needs a range column, this one is `{Self}`",
    label = "the column's type is `{Self}`",
    note = "range columns are `Range<T>` over integers, decimals, dates and timestamps"
)]
pub trait RangeType: ColumnType {
    /// What the range is over.
    type Bound: ColumnType;
}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> RangeType for T
where
    T::Family: sealed::Interval,
{
    type Bound = <T::Family as sealed::Interval>::Bound;
}

/// A column whose values have an order: `lt`, `between`, `order_by`.
#[diagnostic::on_unimplemented(
    message = "this needs a column with an order, and `{Self}` has none",
    label = "the column's type is `{Self}`",
    note = "JSON documents have no order: compare one of their fields"
)]
pub trait Comparable: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Comparable for T where T::Family: sealed::Ordered {}

/// A column that PostgreSQL's `min` and `max` accept.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no `min` and `max` for `{Self}`",
    label = "the column's type is `{Self}`",
    note = "order by the column and take the first row"
)]
pub trait Extremes: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> Extremes for T where T::Family: sealed::Extreme {}

/// A column that can be part of a key: its equality is the server's.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a key",
    label = "not a key column",
    note = "floating-point numbers, JSON, arrays and ranges have no exact equality to find a row by; \
            secrets are told to nobody, and keys are"
)]
pub trait KeyPart: ColumnType {}

#[diagnostic::do_not_recommend]
impl<T: ColumnType> KeyPart for T where T::Family: sealed::KeyColumn {}
