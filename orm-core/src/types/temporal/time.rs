//! The types of the crate `time`.

use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};

use super::decode::{self, UNIX_TO_2000_MICROS, beyond_calendar, micros_of_unix_nanos};
use super::{DATE, MICROS_PER_SECOND, TIME, TIMESTAMP, TIMESTAMPTZ};
use crate::schema::SqlType;
use crate::types::{ArrayElement, ColumnType, DecodeFault, Moment, Param, WireType, family};

/// The Julian day of 2000-01-01.
const JULIAN_DAY_OF_2000: i32 = 2_451_545;

impl ColumnType for Date {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Date;

    fn to_param(&self) -> Param {
        Param::Date(self.to_julian_day() - JULIAN_DAY_OF_2000)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Date(days) => date_of(*days),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        date_of(decode::decode_date(sql_type, raw)?).ok_or_else(|| beyond_calendar(DATE))
    }
}

fn date_of(days: i32) -> Option<Date> {
    Date::from_julian_day(days.checked_add(JULIAN_DAY_OF_2000)?).ok()
}

impl ColumnType for Time {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Time;

    fn to_param(&self) -> Param {
        let (hour, minute, second, micro) = self.as_hms_micro();
        let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second);
        Param::Time(seconds * MICROS_PER_SECOND + i64::from(micro))
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Time(micros) => time_of_day(*micros),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let micros = decode::decode_time(sql_type, raw)?;
        time_of_day(micros).ok_or_else(|| DecodeFault::malformed(TIME))
    }
}

fn time_of_day(micros: i64) -> Option<Time> {
    let seconds = micros / MICROS_PER_SECOND;
    Time::from_hms_micro(
        u8::try_from(seconds / 3600).ok()?,
        u8::try_from(seconds / 60 % 60).ok()?,
        u8::try_from(seconds % 60).ok()?,
        u32::try_from(micros % MICROS_PER_SECOND).ok()?,
    )
    .ok()
}

impl ColumnType for PrimitiveDateTime {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Timestamp;

    fn to_param(&self) -> Param {
        Param::Timestamp(micros_of_unix_nanos(
            self.assume_utc().unix_timestamp_nanos(),
        ))
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Timestamp(micros) => instant(*micros).map(without_offset),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let micros = decode::decode_timestamp(sql_type, raw)?;
        instant(micros)
            .map(without_offset)
            .ok_or_else(|| beyond_calendar(TIMESTAMP))
    }
}

impl ColumnType for OffsetDateTime {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Timestamptz;

    fn to_param(&self) -> Param {
        Param::Timestamptz(micros_of_unix_nanos(self.unix_timestamp_nanos()))
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Timestamptz(micros) => instant(*micros),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let micros = decode::decode_timestamptz(sql_type, raw)?;
        instant(micros).ok_or_else(|| beyond_calendar(TIMESTAMPTZ))
    }
}

/// The instant of a microsecond count, in UTC.
fn instant(micros: i64) -> Option<OffsetDateTime> {
    let unix = i128::from(micros) + i128::from(UNIX_TO_2000_MICROS);
    OffsetDateTime::from_unix_timestamp_nanos(unix * 1_000).ok()
}

fn without_offset(instant: OffsetDateTime) -> PrimitiveDateTime {
    PrimitiveDateTime::new(instant.date(), instant.time())
}

impl ArrayElement for Date {}
impl ArrayElement for Time {}
impl ArrayElement for PrimitiveDateTime {}
impl ArrayElement for OffsetDateTime {}

impl Moment for Date {}
impl Moment for PrimitiveDateTime {}
impl Moment for OffsetDateTime {}
