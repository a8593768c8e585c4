//! The types of the crate `chrono`.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use super::{
    DATE, DAYS_CE_TO_2000, MICROS_PER_SECOND, TIME, TIMESTAMP, TIMESTAMPTZ, UNIX_TO_2000_MICROS,
    WireType, beyond_calendar, calendar_date, calendar_time, time_of_day,
};
use crate::schema::SqlType;
use crate::types::{ArrayElement, ColumnType, DecodeFault, Param, family};

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
        let days = super::decode_date(sql_type, raw)?;
        calendar_date(days).ok_or_else(|| beyond_calendar(DATE))
    }
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
        let micros = super::decode_time(sql_type, raw)?;
        time_of_day(micros).ok_or_else(|| DecodeFault::malformed(TIME))
    }
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
        let micros = super::decode_timestamp(sql_type, raw)?;
        calendar_time(micros).ok_or_else(|| beyond_calendar(TIMESTAMP))
    }
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
        let micros = super::decode_timestamptz(sql_type, raw)?;
        let moment = calendar_time(micros).ok_or_else(|| beyond_calendar(TIMESTAMPTZ))?;
        Ok(moment.and_utc())
    }
}

impl ArrayElement for NaiveDate {}
impl ArrayElement for NaiveTime {}
impl ArrayElement for NaiveDateTime {}
impl ArrayElement for DateTime<Utc> {}
