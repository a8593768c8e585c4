//! The server's counts as they come: what they may not be for a type of a calendar.

use super::{DATE, MICROS_PER_DAY, TIME, TIMESTAMP, TIMESTAMPTZ};
use crate::types::{DecodeFault, WireType, wire};

/// 1970-01-01 to 2000-01-01.
pub(super) const UNIX_TO_2000_MICROS: i64 = 946_684_800_000_000;

/// Whole microseconds since 2000 of an instant in nanoseconds since 1970.
///
/// What does not fit is held back from the two values that mean infinity; the
/// server refuses it as out of range.
#[cfg(any(feature = "time", feature = "jiff", feature = "jiff_02"))]
pub(super) fn micros_of_unix_nanos(nanos: i128) -> i64 {
    let micros = nanos.div_euclid(1_000) - i128::from(UNIX_TO_2000_MICROS);
    i64::try_from(micros.clamp(i128::from(i64::MIN) + 1, i128::from(i64::MAX) - 1))
        .unwrap_or(i64::MAX - 1)
}

pub(super) fn decode_date(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i32, DecodeFault> {
    let raw = wire::value_of(DATE, sql_type == WireType::DATE, sql_type, raw)?;
    match i32::from_be_bytes(wire::exactly(DATE, raw)?) {
        days @ (i32::MIN | i32::MAX) => Err(infinite(DATE, days < 0)),
        days => Ok(days),
    }
}

pub(super) fn decode_time(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<i64, DecodeFault> {
    let raw = wire::value_of(TIME, sql_type == WireType::TIME, sql_type, raw)?;
    match i64::from_be_bytes(wire::exactly(TIME, raw)?) {
        MICROS_PER_DAY => Err(DecodeFault::new("a time before 24:00:00", "24:00:00")),
        micros if (0..MICROS_PER_DAY).contains(&micros) => Ok(micros),
        _ => Err(DecodeFault::malformed(TIME)),
    }
}

pub(super) fn decode_timestamp(
    sql_type: WireType<'_>,
    raw: Option<&[u8]>,
) -> Result<i64, DecodeFault> {
    let raw = wire::value_of(TIMESTAMP, sql_type == WireType::TIMESTAMP, sql_type, raw)?;
    finite_micros(TIMESTAMP, raw)
}

pub(super) fn decode_timestamptz(
    sql_type: WireType<'_>,
    raw: Option<&[u8]>,
) -> Result<i64, DecodeFault> {
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
pub(super) fn beyond_calendar(name: &'static str) -> DecodeFault {
    DecodeFault::new(
        format!("a {name} within the calendar of the Rust type"),
        "one beyond it",
    )
}
