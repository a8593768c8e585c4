//! `interval`: months, days and microseconds.

use std::borrow::Cow;
use std::fmt;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family,
    wire,
};
use crate::schema::SqlType;

const NAME: &str = "interval";

/// A span of time as the server stores it: months, days and microseconds apart,
/// because a month has no fixed number of days and a day no fixed number of hours.
///
/// Two intervals are equal here when all three parts are; the server also calls
/// `1 month` and `30 days` equal.
///
/// ```
/// use orm_core::types::Interval;
///
/// let span = Interval { months: 14, days: 3, microseconds: 1_500_000 };
/// assert_eq!(span.to_string(), "P14M3DT0H0M1.500000S");
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Interval {
    /// Whole months; a year is twelve.
    pub months: i32,
    /// Whole days.
    pub days: i32,
    /// The rest, in microseconds.
    pub microseconds: i64,
}

impl Interval {
    /// Some months.
    pub const fn from_months(months: i32) -> Self {
        Interval {
            months,
            days: 0,
            microseconds: 0,
        }
    }

    /// Some days.
    pub const fn from_days(days: i32) -> Self {
        Interval {
            months: 0,
            days,
            microseconds: 0,
        }
    }

    /// Some microseconds.
    pub const fn from_microseconds(microseconds: i64) -> Self {
        Interval {
            months: 0,
            days: 0,
            microseconds,
        }
    }
}

/// ISO 8601, as the server reads it. Hours and minutes are written apart,
/// because the server reads seconds through a floating-point number.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.microseconds < 0 { "-" } else { "" };
        let micros = self.microseconds.unsigned_abs();
        let (seconds, fraction) = (micros / 1_000_000, micros % 1_000_000);
        let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
        write!(
            f,
            "P{}M{}DT{sign}{hours}H{sign}{minutes}M",
            self.months, self.days
        )?;
        write!(f, "{sign}{}.{fraction:06}S", seconds % 60)
    }
}

impl ColumnType for Interval {
    type Base = Self;
    type Family = family::Span;

    const SQL_TYPE: SqlType = SqlType::Interval;

    fn to_param(&self) -> Param {
        Param::other(*self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast().copied()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        if sql_type != WireType::INTERVAL {
            return Err(EncodeFault::wrong_type(NAME, sql_type).into());
        }
        out.put_i64(self.microseconds);
        out.put_i32(self.days);
        out.put_i32(self.months);
        Ok(IsNull::No)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of(NAME, sql_type == WireType::INTERVAL, sql_type, raw)?;
        let interval = read(raw).ok_or_else(|| DecodeFault::malformed(NAME))?;
        if interval == FOREVER || interval == SINCE_FOREVER {
            let got = if interval == FOREVER {
                "infinity"
            } else {
                "-infinity"
            };
            return Err(DecodeFault::new("a finite interval", got));
        }
        Ok(interval)
    }
}

impl ArrayElement for Interval {}

/// `infinity`, since PostgreSQL 17.
const FOREVER: Interval = Interval {
    months: i32::MAX,
    days: i32::MAX,
    microseconds: i64::MAX,
};
/// `-infinity`, since PostgreSQL 17.
const SINCE_FOREVER: Interval = Interval {
    months: i32::MIN,
    days: i32::MIN,
    microseconds: i64::MIN,
};

fn read(raw: &[u8]) -> Option<Interval> {
    let mut reader = wire::Reader(raw);
    let (microseconds, days, months) = (reader.i64()?, reader.i32()?, reader.i32()?);
    reader.is_empty().then_some(Interval {
        months,
        days,
        microseconds,
    })
}

impl Bind for Interval {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(NAME)
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        ColumnType::encode(self, sql_type, out)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        out.push_str(&self.to_string());
        Ok(())
    }
}
