//! Dates and times: the start of a unit, and one unit as a number.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::{Answer, Computed, Refusal, strict, text};
use crate::types::stored::moment;
use crate::types::temporal::civil::Day;

pub(super) const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;
const MICROS_PER_HOUR: i64 = 60 * 60 * 1_000_000;
const MICROS_PER_MINUTE: i64 = 60 * 1_000_000;

pub(super) fn register(connection: &Connection) -> Result<()> {
    strict(connection, "orm_date_trunc", 2, |given| {
        let (unit, moment) = asked(given)?;
        moment.truncated(unit)?.written()
    })?;
    strict(connection, "orm_date_part", 2, |given| {
        let (unit, moment) = asked(given)?;
        moment.part(unit).map(Answer::Real)
    })
}

fn asked<'v>(given: &[ValueRef<'v>]) -> Computed<(&'v str, Moment)> {
    let unit = text(&given[0]).ok_or(Refusal::NotAMoment)?;
    let moment = text(&given[1]).and_then(Moment::read);
    Ok((unit, moment.ok_or(Refusal::NotAMoment)?))
}

/// A date, a time of day, or both, as it is stored.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    kind: Kind,
    /// Since 2000-01-01; of a time of day 0.
    pub(super) days: i32,
    /// Since midnight.
    pub(super) micros: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Date,
    Time,
    Timestamp,
    Timestamptz,
}

impl Moment {
    pub(super) fn read(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        let of = |kind, micros: i64| Moment {
            kind,
            days: i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or(0),
            micros: micros.rem_euclid(MICROS_PER_DAY),
        };
        if bytes.get(2) == Some(&b':') {
            return Some(of(Kind::Time, moment::read_time(bytes).ok()?));
        }
        if let Ok(days) = moment::read_date(bytes) {
            let (kind, micros) = (Kind::Date, 0);
            return Some(Moment { kind, days, micros });
        }
        let zoned = text
            .get(11..)
            .is_some_and(|it| it.contains(['+', '-', 'Z']));
        let kind = match zoned {
            true => Kind::Timestamptz,
            false => Kind::Timestamp,
        };
        Some(of(kind, moment::read_timestamptz(bytes).ok()?))
    }

    /// Since 2000.
    pub(super) fn since_2000(self) -> i64 {
        i64::from(self.days) * MICROS_PER_DAY + self.micros
    }

    fn written(self) -> Computed<Answer> {
        let text = match self.kind {
            Kind::Date => moment::write_date(self.days),
            Kind::Time => moment::write_time(self.micros),
            Kind::Timestamp => moment::write_timestamp(self.since_2000(), "timestamp", ""),
            Kind::Timestamptz => {
                moment::write_timestamp(self.since_2000(), "timestamptz", "+00:00")
            }
        };
        text.map(Answer::Text).map_err(|_| Refusal::NotAMoment)
    }

    fn truncated(mut self, unit: &str) -> Computed<Self> {
        let whole = |of| self.micros - self.micros % of;
        let Day { year, month, .. } = Day::of_number(self.days);
        let first_of = |month| first_day(year, month);
        let micros = match unit {
            "microseconds" => self.micros,
            "milliseconds" => whole(1_000),
            "second" => whole(1_000_000),
            "minute" => whole(MICROS_PER_MINUTE),
            "hour" => whole(MICROS_PER_HOUR),
            _ => 0,
        };
        let days = match unit {
            "week" => self.days - self.weekday(),
            "month" => first_of(month),
            "quarter" => first_of((month - 1) / 3 * 3 + 1),
            "year" => first_of(1),
            "microseconds" | "milliseconds" | "second" | "minute" | "hour" | "day" => self.days,
            _ => return Err(Refusal::NotAMoment),
        };
        self.micros = micros;
        if self.kind != Kind::Time {
            self.days = days;
        }
        Ok(self)
    }

    fn part(self, unit: &str) -> Computed<f64> {
        let in_minute = self.micros % MICROS_PER_MINUTE;
        let Day { year, month, day } = Day::of_number(self.days);
        Ok(match unit {
            "microseconds" => in_minute as f64,
            "milliseconds" => in_minute as f64 / 1_000.0,
            "second" => in_minute as f64 / 1_000_000.0,
            "minute" => (self.micros % MICROS_PER_HOUR / MICROS_PER_MINUTE) as f64,
            "hour" => (self.micros / MICROS_PER_HOUR) as f64,
            "day" => day.into(),
            "week" => self.week().into(),
            "month" => month.into(),
            "quarter" => ((month - 1) / 3 + 1).into(),
            "year" => year.into(),
            _ => return Err(Refusal::NotAMoment),
        })
    }

    /// Since Monday. The first day of 2000 was a Saturday.
    fn weekday(self) -> i32 {
        (self.days + 5).rem_euclid(7)
    }

    /// A week belongs to the year of its Thursday.
    fn week(self) -> i32 {
        let thursday = self.days - self.weekday() + 3;
        let year = Day::of_number(thursday).year;
        (thursday - first_day(year, 1)) / 7 + 1
    }
}

/// The first of a month, which every calendar has.
fn first_day(year: i32, month: u32) -> i32 {
    let first = Day {
        year,
        month,
        day: 1,
    };
    first.number().unwrap_or_default()
}
