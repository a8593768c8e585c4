//! The types of the crate `jiff`, of either version.

/// The two versions have the same names for what is used here.
macro_rules! columns {
    ($feature:literal $name:ident $jiff:ident) => {
        #[cfg(feature = $feature)]
        mod $name {
            use ::$jiff::civil::{Date, DateTime, Time};
            use ::$jiff::{SignedDuration, Timestamp};

            use crate::schema::SqlType;
            use crate::types::temporal::decode::{
                self, UNIX_TO_2000_MICROS, beyond_calendar, micros_of_unix_nanos,
            };
            use crate::types::temporal::{DATE, MICROS_PER_DAY, TIME, TIMESTAMP, TIMESTAMPTZ};
            use crate::types::{
                ArrayElement, ColumnType, DecodeFault, Moment, Param, WireType, family,
            };

            // Jiff adds durations of at most its calendar's distance from 1970, so that is
            // where counting starts here.
            const UNIX_EPOCH: DateTime = DateTime::constant(1970, 1, 1, 0, 0, 0, 0);
            const UNIX_TO_2000_DAYS: i64 = 10_957;
            const HOURS_PER_DAY: i64 = 24;

            impl ColumnType for Date {
                type Base = Self;
                type Family = family::Moment;

                const SQL_TYPE: SqlType = SqlType::Date;

                fn to_param(&self) -> Param {
                    let days = self.duration_since(UNIX_EPOCH.date()).as_hours() / HOURS_PER_DAY;
                    // Jiff's calendar ends some 4 million days from 1970, far from the limits.
                    Param::Date(i32::try_from(days - UNIX_TO_2000_DAYS).unwrap_or(i32::MAX - 1))
                }

                fn from_param(param: &Param) -> Option<Self> {
                    match param {
                        Param::Date(days) => date_of(*days),
                        _ => None,
                    }
                }

                fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                    date_of(decode::decode_date(sql_type, raw)?)
                        .ok_or_else(|| beyond_calendar(DATE))
                }
            }

            fn date_of(days: i32) -> Option<Date> {
                let days = i64::from(days) + UNIX_TO_2000_DAYS;
                UNIX_EPOCH
                    .date()
                    .checked_add(SignedDuration::from_hours(days * HOURS_PER_DAY))
                    .ok()
            }

            impl ColumnType for Time {
                type Base = Self;
                type Family = family::Moment;

                const SQL_TYPE: SqlType = SqlType::Time;

                fn to_param(&self) -> Param {
                    // Less than a day, in either unit.
                    let micros = self.duration_since(Time::midnight()).as_micros();
                    Param::Time(i64::try_from(micros).unwrap_or(MICROS_PER_DAY))
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
                Time::midnight()
                    .checked_add(SignedDuration::from_micros(micros))
                    .ok()
            }

            impl ColumnType for DateTime {
                type Base = Self;
                type Family = family::Moment;

                const SQL_TYPE: SqlType = SqlType::Timestamp;

                fn to_param(&self) -> Param {
                    Param::Timestamp(micros_of_unix_nanos(
                        self.duration_since(UNIX_EPOCH).as_nanos(),
                    ))
                }

                fn from_param(param: &Param) -> Option<Self> {
                    match param {
                        Param::Timestamp(micros) => civil_time(*micros),
                        _ => None,
                    }
                }

                fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
                    let micros = decode::decode_timestamp(sql_type, raw)?;
                    civil_time(micros).ok_or_else(|| beyond_calendar(TIMESTAMP))
                }
            }

            fn civil_time(micros: i64) -> Option<DateTime> {
                let unix = micros.checked_add(UNIX_TO_2000_MICROS)?;
                UNIX_EPOCH
                    .checked_add(SignedDuration::from_micros(unix))
                    .ok()
            }

            impl ColumnType for Timestamp {
                type Base = Self;
                type Family = family::Moment;

                const SQL_TYPE: SqlType = SqlType::Timestamptz;

                fn to_param(&self) -> Param {
                    Param::Timestamptz(micros_of_unix_nanos(self.as_nanosecond()))
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

            fn instant(micros: i64) -> Option<Timestamp> {
                Timestamp::from_microsecond(micros.checked_add(UNIX_TO_2000_MICROS)?).ok()
            }

            impl ArrayElement for Date {}
            impl ArrayElement for Time {}
            impl ArrayElement for DateTime {}
            impl ArrayElement for Timestamp {}
            impl Moment for Date {}
            impl Moment for DateTime {}
            impl Moment for Timestamp {}
        }
    };
}

columns!("jiff" version_1 jiff);
columns!("jiff_02" version_02 jiff_02);
