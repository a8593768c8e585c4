//! Dates and times, as the server counts them: days and microseconds since
//! 2000-01-01. One file per crate turns them into its types.
//!
//! Fractions below the microsecond are dropped, towards the past, when a value
//! becomes a parameter: what is sent is what comes back. `infinity` is a fault
//! unless the field is an [`Infinite`]; dates beyond the calendar of the Rust
//! type are one always.

mod chrono;
mod infinite;
#[cfg(feature = "jiff")]
mod jiff;
#[cfg(feature = "time")]
mod time;

pub use self::infinite::{Infinite, Moment};

use std::fmt::Write as _;

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use bytes::{BufMut, BytesMut};

use super::{DecodeFault, EncodeFault, Encoded, IsNull, WireType, wire};

const DATE: &str = "date";
const TIME: &str = "time";
const TIMESTAMP: &str = "timestamp";
const TIMESTAMPTZ: &str = "timestamptz";

/// 1970-01-01 to 2000-01-01.
const UNIX_TO_2000_MICROS: i64 = 946_684_800_000_000;
/// The day number of 2000-01-01 where 0001-01-01 is day 1.
const DAYS_CE_TO_2000: i32 = 730_120;
const MICROS_PER_SECOND: i64 = 1_000_000;
pub(super) const MICROS_PER_DAY: i64 = 86_400 * MICROS_PER_SECOND;

/// Whole microseconds since 2000 of an instant in nanoseconds since 1970.
///
/// What does not fit is held back from the two values that mean infinity; the
/// server refuses it as out of range.
#[cfg(any(feature = "time", feature = "jiff"))]
fn micros_of_unix_nanos(nanos: i128) -> i64 {
    let micros = nanos.div_euclid(1_000) - i128::from(UNIX_TO_2000_MICROS);
    i64::try_from(micros.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX) - 1))
        .unwrap_or(i64::MAX - 1)
}

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

fn decode_date(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i32, DecodeFault> {
    let raw = wire::value_of(DATE, sql_type == WireType::DATE, sql_type, raw)?;
    match i32::from_be_bytes(wire::exactly(DATE, raw)?) {
        days @ (i32::MIN | i32::MAX) => Err(infinite(DATE, days < 0)),
        days => Ok(days),
    }
}

fn decode_time(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i64, DecodeFault> {
    let raw = wire::value_of(TIME, sql_type == WireType::TIME, sql_type, raw)?;
    match i64::from_be_bytes(wire::exactly(TIME, raw)?) {
        MICROS_PER_DAY => Err(DecodeFault::new("a time before 24:00:00", "24:00:00")),
        micros if (0..MICROS_PER_DAY).contains(&micros) => Ok(micros),
        _ => Err(DecodeFault::malformed(TIME)),
    }
}

fn decode_timestamp(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i64, DecodeFault> {
    let raw = wire::value_of(TIMESTAMP, sql_type == WireType::TIMESTAMP, sql_type, raw)?;
    finite_micros(TIMESTAMP, raw)
}

fn decode_timestamptz(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i64, DecodeFault> {
    let raw = wire::value_of(
        TIMESTAMPTZ,
        sql_type == WireType::TIMESTAMPTZ,
        sql_type,
        raw,
    )?;
    finite_micros(TIMESTAMPTZ, raw)
}

fn finite_micros(name: &'static str, raw: &[u8]) -> Result<i64, DecodeFault> {
    match i64::from_be_bytes(wire::exactly(name, raw)?) {
        micros @ (i64::MIN | i64::MAX) => Err(infinite(name, micros < 0)),
        micros => Ok(micros),
    }
}

#[cold]
fn infinite(name: &'static str, negative: bool) -> DecodeFault {
    DecodeFault::new(
        format!("a finite {name} (a field of type `Infinite<..>` holds others)"),
        if negative { "-infinity" } else { "infinity" },
    )
}

/// The server's calendar is wider than the Rust type's.
#[cold]
fn beyond_calendar(name: &'static str) -> DecodeFault {
    DecodeFault::new(
        format!("a {name} within the calendar of the Rust type"),
        "one beyond it",
    )
}

/// The calendar date of a day count.
pub(super) fn calendar_date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(DAYS_CE_TO_2000)?)
}

/// The calendar date and time of a microsecond count.
pub(super) fn calendar_time(micros: i64) -> Option<NaiveDateTime> {
    let unix = micros.checked_add(UNIX_TO_2000_MICROS)?;
    DateTime::from_timestamp_micros(unix).map(|instant| instant.naive_utc())
}

/// The time of day of a microsecond count.
pub(super) fn time_of_day(micros: i64) -> Option<NaiveTime> {
    let seconds = u32::try_from(micros / MICROS_PER_SECOND).ok()?;
    let nanos = u32::try_from(micros % MICROS_PER_SECOND * 1_000).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
}

pub(super) fn write_date(days: i32, out: &mut String) -> Result<(), EncodeFault> {
    if let Some(word) = infinity(days, i32::MIN, i32::MAX) {
        out.push_str(word);
        return Ok(());
    }
    let date = calendar_date(days).ok_or_else(no_text)?;
    write_day(date, out);
    out.push_str(era(date));
    Ok(())
}

pub(super) fn write_time(micros: i64, out: &mut String) {
    let seconds = micros / MICROS_PER_SECOND;
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = micros % MICROS_PER_SECOND;
    let _ = write!(out, "{hour:02}:{minute:02}:{second:02}.{fraction:06}");
}

pub(super) fn write_timestamp(
    micros: i64,
    zone: &str,
    out: &mut String,
) -> Result<(), EncodeFault> {
    if let Some(word) = infinity(micros, i64::MIN, i64::MAX) {
        out.push_str(word);
        return Ok(());
    }
    let moment = calendar_time(micros).ok_or_else(no_text)?;
    write_day(moment.date(), out);
    out.push(' ');
    let since_midnight = i64::from(moment.num_seconds_from_midnight()) * MICROS_PER_SECOND;
    write_time(since_midnight + i64::from(moment.nanosecond() / 1_000), out);
    out.push_str(zone);
    out.push_str(era(moment.date()));
    Ok(())
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
fn write_day(date: NaiveDate, out: &mut String) {
    let year = if date.year() > 0 {
        date.year()
    } else {
        1 - date.year()
    };
    let _ = write!(out, "{year:04}-{:02}-{:02}", date.month(), date.day());
}

fn era(date: NaiveDate) -> &'static str {
    if date.year() > 0 { "" } else { " BC" }
}

fn no_text() -> EncodeFault {
    EncodeFault::unrepresentable("a date is beyond the calendar")
}
