//! Dates and timestamps that may be infinite.

use crate::types::WireType;
use serde::{Deserialize, Serialize};

use crate::schema::{RangeKind, SqlType};
use crate::types::{ArrayElement, ColumnType, DecodeFault, Param, RangeBound, family};

/// A date or timestamp that may be `infinity` or `-infinity`.
///
/// PostgreSQL has both values in every such column, and Rust's calendars have
/// neither: read into a plain `NaiveDate` or `DateTime<Utc>` they are an error.
/// A field of this type holds them; so does a range over it. The order is the
/// server's: `-infinity` before every date, `infinity` after it.
///
/// ```
/// use chrono::NaiveDate;
/// use orm_core::types::Infinite;
///
/// let today = NaiveDate::from_ymd_opt(2024, 3, 10).unwrap();
/// let until: Infinite<NaiveDate> = Infinite::Infinity;
/// assert!(until > today.into());
/// assert_eq!(until.finite(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(
    from = "Form<T>",
    into = "Form<T>",
    bound(
        serialize = "T: Serialize + Clone",
        deserialize = "T: Deserialize<'de>"
    )
)]
pub enum Infinite<T> {
    /// Before every date.
    NegativeInfinity,
    /// A date or timestamp of the calendar.
    Finite(T),
    /// After every date.
    Infinity,
}

impl<T> Infinite<T> {
    /// The date or timestamp, if it is one of the calendar.
    pub fn finite(self) -> Option<T> {
        match self {
            Infinite::Finite(value) => Some(value),
            Infinite::NegativeInfinity | Infinite::Infinity => None,
        }
    }
}

impl<T> From<T> for Infinite<T> {
    fn from(value: T) -> Self {
        Infinite::Finite(value)
    }
}

/// As it is serialized: a date as ever, the others as PostgreSQL's words.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form<T> {
    Word(Word),
    Finite(T),
}

#[derive(Serialize, Deserialize)]
enum Word {
    #[serde(rename = "-infinity")]
    NegativeInfinity,
    #[serde(rename = "infinity")]
    Infinity,
}

impl<T> From<Form<T>> for Infinite<T> {
    fn from(form: Form<T>) -> Self {
        match form {
            Form::Word(Word::NegativeInfinity) => Infinite::NegativeInfinity,
            Form::Word(Word::Infinity) => Infinite::Infinity,
            Form::Finite(value) => Infinite::Finite(value),
        }
    }
}

impl<T> From<Infinite<T>> for Form<T> {
    fn from(value: Infinite<T>) -> Self {
        match value {
            Infinite::NegativeInfinity => Form::Word(Word::NegativeInfinity),
            Infinite::Infinity => Form::Word(Word::Infinity),
            Infinite::Finite(value) => Form::Finite(value),
        }
    }
}

/// A date or timestamp that PostgreSQL has infinite values of.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no infinite `{Self}`",
    label = "not a date or timestamp",
    note = "`Infinite<..>` is for the dates and timestamps of `chrono`, `time` and `jiff`"
)]
pub trait Moment: ColumnType<Base = Self> + ArrayElement {}

impl<T: Moment> ColumnType for Infinite<T> {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = T::SQL_TYPE;

    fn to_param(&self) -> Param {
        match self {
            Infinite::Finite(value) => value.to_param(),
            Infinite::NegativeInfinity => endless::<T>(i32::MIN, i64::MIN),
            Infinite::Infinity => endless::<T>(i32::MAX, i64::MAX),
        }
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Date(i32::MIN) | Param::Timestamp(i64::MIN) | Param::Timestamptz(i64::MIN) => {
                Some(Infinite::NegativeInfinity)
            }
            Param::Date(i32::MAX) | Param::Timestamp(i64::MAX) | Param::Timestamptz(i64::MAX) => {
                Some(Infinite::Infinity)
            }
            _ => T::from_param(param).map(Infinite::Finite),
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let is_moment =
            [WireType::DATE, WireType::TIMESTAMP, WireType::TIMESTAMPTZ].contains(&sql_type);
        match raw.filter(|_| is_moment).and_then(infinity_of) {
            Some(infinite) => Ok(infinite),
            None => T::decode(sql_type, raw).map(Infinite::Finite),
        }
    }
}

/// The bytes that mean infinity: the least or the greatest number of their size.
fn infinity_of<T>(raw: &[u8]) -> Option<Infinite<T>> {
    let (first, rest) = raw.split_first()?;
    match first {
        0x80 if rest.iter().all(|&byte| byte == 0) => Some(Infinite::NegativeInfinity),
        0x7f if rest.iter().all(|&byte| byte == 0xff) => Some(Infinite::Infinity),
        _ => None,
    }
}

fn endless<T: Moment>(days: i32, micros: i64) -> Param {
    match T::SQL_TYPE {
        SqlType::Date => Param::Date(days),
        SqlType::Timestamp => Param::Timestamp(micros),
        _ => Param::Timestamptz(micros),
    }
}

impl<T: Moment> ArrayElement for Infinite<T> {}

impl<T: Moment + RangeBound> RangeBound for Infinite<T> {
    const RANGE: RangeKind = T::RANGE;
}
