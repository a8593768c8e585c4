//! Dates and times, as the server counts them: days and microseconds since
//! 2000-01-01. One file per crate turns them into its types.
//!
//! Fractions below the microsecond are dropped, towards the past, when a value
//! becomes a parameter: what is sent is what comes back. `infinity` is a fault
//! unless the field is an [`Infinite`]; dates beyond the calendar of the Rust
//! type are one always.

#[cfg(feature = "chrono")]
mod chrono;
pub(crate) mod civil;
#[cfg(any(
    feature = "chrono",
    feature = "time",
    feature = "jiff",
    feature = "jiff_02"
))]
mod decode;
mod infinite;
#[cfg(any(feature = "jiff", feature = "jiff_02"))]
mod jiff;
#[cfg(feature = "time")]
mod time;

pub use self::infinite::{Infinite, Moment};

use std::fmt::Write as _;

use bytes::{BufMut, BytesMut};

use self::civil::Day;
use super::{EncodeFault, Encoded, IsNull, WireType};

const DATE: &str = "date";
const TIME: &str = "time";
const TIMESTAMP: &str = "timestamp";
const TIMESTAMPTZ: &str = "timestamptz";

const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

pub(super) fn encode_date(days: i32, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::DATE {
        return Err(EncodeFault::wrong_type(DATE, sql_type).into());
    }
    out.put_i32(days);
    Ok(IsNull::No)
}

/// A leap second at midnight would be `24:00:00`, which does not come back.
pub(super) fn encode_time(micros: i64, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::TIME {
        return Err(EncodeFault::wrong_type(TIME, sql_type).into());
    }
    if !(0..MICROS_PER_DAY).contains(&micros) {
        return Err(EncodeFault::out_of_range(TIME, sql_type).into());
    }
    out.put_i64(micros);
    Ok(IsNull::No)
}

pub(super) fn encode_timestamp(micros: i64, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::TIMESTAMP {
        return Err(EncodeFault::wrong_type(TIMESTAMP, sql_type).into());
    }
    out.put_i64(micros);
    Ok(IsNull::No)
}

pub(super) fn encode_timestamptz(
    micros: i64,
    sql_type: WireType<'_>,
    out: &mut BytesMut,
) -> Encoded {
    if sql_type != WireType::TIMESTAMPTZ {
        return Err(EncodeFault::wrong_type(TIMESTAMPTZ, sql_type).into());
    }
    out.put_i64(micros);
    Ok(IsNull::No)
}

pub(super) fn write_date(days: i32, out: &mut String) {
    if let Some(word) = infinity(days, i32::MIN, i32::MAX) {
        return out.push_str(word);
    }
    let date = Day::of_number(days);
    write_day(date, out);
    out.push_str(era(date));
}

pub(super) fn write_time(micros: i64, out: &mut String) {
    let seconds = micros / MICROS_PER_SECOND;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = micros % MICROS_PER_SECOND;
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}.{fraction:06}");
}

pub(super) fn write_timestamp(micros: i64, zone: &str, out: &mut String) {
    if let Some(word) = infinity(micros, i64::MIN, i64::MAX) {
        return out.push_str(word);
    }
    // 2^63 microseconds are some 107 million days.
    let date = Day::of_number(micros.div_euclid(MICROS_PER_DAY) as i32);
    write_day(date, out);
    out.push(' ');
    write_time(micros.rem_euclid(MICROS_PER_DAY), out);
    out.push_str(zone);
    out.push_str(era(date));
}

/// The word for the value that means infinity.
fn infinity<T: PartialEq + Copy>(value: T, least: T, greatest: T) -> Option<&'static str> {
    if value == greatest {
        Some("infinity")
    } else if value == least {
        Some("-infinity")
    } else {
        None
    }
}

/// The server counts years before the first as 1 BC, 2 BC, …
fn write_day(date: Day, out: &mut String) {
    let Day { year, month, day } = date;
    let year = if year > 0 { year } else { 1 - year };
    let _ = write!(out, "{year:04}-{month:02}-{day:02}");
}

fn era(date: Day) -> &'static str {
    if date.year > 0 { "" } else { " BC" }
}
