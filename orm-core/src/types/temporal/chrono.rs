//! The types of the crate `chrono`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::decode::{self, UNIX_TO_2000_MICROS, beyond_calendar};
use super::{DATE, MICROS_PER_SECOND, TIME, TIMESTAMP, TIMESTAMPTZ};
use crate::schema::{RangeKind, SqlType};
use crate::types::{
    ArrayElement, ColumnType, DecodeFault, Moment, Param, RangeBound, WireType, family,
};

/// The day number of 2000-01-01 where 0001-01-01 is day 1.
const DAYS_CE_TO_2000: i32 = 730_120;

impl ColumnType for NaiveDate {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Date;

    fn to_param(&self) -> Param {
        // Chrono's calendar ends some 96 million days from 2000.
        Param::Date(self.num_days_from_ce() - DAYS_CE_TO_2000)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Date(days) => calendar_date(*days),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let days = decode::decode_date(sql_type, raw)?;
        calendar_date(days).ok_or_else(|| beyond_calendar(DATE))
    }
}

fn calendar_date(days: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(days.checked_add(DAYS_CE_TO_2000)?)
}

impl ColumnType for NaiveTime {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Time;

    fn to_param(&self) -> Param {
        let seconds = i64::from(self.num_seconds_from_midnight());
        Param::Time(seconds * MICROS_PER_SECOND + i64::from(self.nanosecond() / 1_000))
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

fn time_of_day(micros: i64) -> Option<NaiveTime> {
    let seconds = u32::try_from(micros / MICROS_PER_SECOND).ok()?;
    let nanos = u32::try_from(micros % MICROS_PER_SECOND * 1_000).ok()?;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, nanos)
}

impl ColumnType for NaiveDateTime {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Timestamp;

    fn to_param(&self) -> Param {
        Param::Timestamp(self.and_utc().timestamp_micros() - UNIX_TO_2000_MICROS)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Timestamp(micros) => calendar_time(*micros),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let micros = decode::decode_timestamp(sql_type, raw)?;
        calendar_time(micros).ok_or_else(|| beyond_calendar(TIMESTAMP))
    }
}

fn calendar_time(micros: i64) -> Option<NaiveDateTime> {
    let unix = micros.checked_add(UNIX_TO_2000_MICROS)?;
    DateTime::from_timestamp_micros(unix).map(|instant| instant.naive_utc())
}

impl ColumnType for DateTime<Utc> {
    type Base = Self;
    type Family = family::Moment;

    const SQL_TYPE: SqlType = SqlType::Timestamptz;

    fn to_param(&self) -> Param {
        Param::Timestamptz(self.timestamp_micros() - UNIX_TO_2000_MICROS)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Timestamptz(micros) => calendar_time(*micros).map(|moment| moment.and_utc()),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let micros = decode::decode_timestamptz(sql_type, raw)?;
        let moment = calendar_time(micros).ok_or_else(|| beyond_calendar(TIMESTAMPTZ))?;
        Ok(moment.and_utc())
    }
}

impl ArrayElement for NaiveDate {}
impl ArrayElement for NaiveTime {}
impl ArrayElement for NaiveDateTime {}
impl ArrayElement for DateTime<Utc> {}

impl Moment for NaiveDate {}
impl Moment for NaiveDateTime {}
impl Moment for DateTime<Utc> {}

impl RangeBound for NaiveDate {
    const RANGE: RangeKind = RangeKind::Date;
}

impl RangeBound for NaiveDateTime {
    const RANGE: RangeKind = RangeKind::Timestamp;
}

impl RangeBound for DateTime<Utc> {
    const RANGE: RangeKind = RangeKind::Timestamptz;
}
