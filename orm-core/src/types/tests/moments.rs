//! Dates, times, timestamps, intervals.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc};
use proptest::prelude::*;

use super::{WireType, bytes_of, complaint, refusal, survives, through};
use crate::types::{ColumnType, Interval, Param};

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn moment(text: &str) -> NaiveDateTime {
    text.parse().expect("a date and time")
}

#[test]
fn days_count_from_2000() {
    assert_eq!(date(2000, 1, 1).to_param(), Param::Date(0));
    assert_eq!(date(1999, 12, 31).to_param(), Param::Date(-1));
    assert_eq!(date(1970, 1, 1).to_param(), Param::Date(-10_957));
    assert_eq!(
        moment("2000-01-01T00:00:00.000001").to_param(),
        Param::Timestamp(1)
    );
    assert_eq!(
        moment("1999-12-31T23:59:59.999999").to_param(),
        Param::Timestamp(-1)
    );
    assert_eq!(
        DateTime::<Utc>::UNIX_EPOCH.to_param(),
        Param::Timestamptz(-946_684_800_000_000)
    );
}

#[test]
fn the_whole_calendar_survives() {
    for value in [
        NaiveDate::MIN,
        date(-4713, 11, 24),
        date(0, 2, 29),
        date(9999, 12, 31),
        NaiveDate::MAX,
    ] {
        survives(&value, WireType::DATE);
    }
    for value in [
        date(-4713, 11, 24),
        date(1, 1, 1),
        date(2024, 2, 29),
        date(262_142, 12, 31),
    ] {
        for time in [
            NaiveTime::MIN,
            NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time"),
        ] {
            survives(&time, WireType::TIME);
            survives(&value.and_time(time), WireType::TIMESTAMP);
            survives(&value.and_time(time).and_utc(), WireType::TIMESTAMPTZ);
        }
    }
}

// A row is found again by the timestamp that was read from it.
#[test]
fn microseconds_are_exact_and_what_lies_below_is_dropped_towards_the_past() {
    let value = moment("2024-03-15T10:23:44.112345");
    survives(&value.and_utc(), WireType::TIMESTAMPTZ);
    let finer = value.with_nanosecond(112_345_999).expect("a time");
    assert_eq!(through(&finer, WireType::TIMESTAMP).ok(), Some(value));
    let before_1970 = moment("1969-12-31T23:59:59.999999999");
    assert_eq!(
        through(&before_1970, WireType::TIMESTAMP).ok(),
        Some(moment("1969-12-31T23:59:59.999999"))
    );
    assert_eq!(NaiveDateTime::from_param(&finer.to_param()), Some(value));
}

#[test]
fn a_leap_second_does_not_become_24_00() {
    let leap = NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).expect("a leap second");
    assert_eq!(
        refusal(&leap, WireType::TIME),
        "a value of type time is out of range for time"
    );
    let moment = date(2016, 12, 31).and_time(leap);
    assert_eq!(
        through(&moment, WireType::TIMESTAMP).ok(),
        Some(self::moment("2017-01-01T00:00:00.500"))
    );
}

#[test]
fn infinity_is_a_fault() {
    let said = |name: &str, word: &str| {
        format!(
            "expected a finite {name} (a field of type `Infinite<..>` holds others), got {word}"
        )
    };
    for (micros, days, word) in [
        (i64::MIN, i32::MIN, "-infinity"),
        (i64::MAX, i32::MAX, "infinity"),
    ] {
        let raw = &micros.to_be_bytes()[..];
        assert_eq!(
            complaint::<DateTime<Utc>>(WireType::TIMESTAMPTZ, Some(raw)),
            said("timestamptz", word)
        );
        assert_eq!(
            complaint::<NaiveDateTime>(WireType::TIMESTAMP, Some(raw)),
            said("timestamp", word)
        );
        assert_eq!(
            complaint::<NaiveDate>(WireType::DATE, Some(&days.to_be_bytes())),
            said("date", word)
        );
    }
}

#[test]
fn what_lies_beyond_the_calendar_is_a_fault() {
    let last_of_server = (i64::MAX - 1).to_be_bytes();
    assert_eq!(
        complaint::<DateTime<Utc>>(WireType::TIMESTAMPTZ, Some(&last_of_server)),
        "expected a timestamptz within the calendar of the Rust type, got one beyond it"
    );
    assert_eq!(
        complaint::<NaiveDate>(WireType::DATE, Some(&(i32::MAX - 1).to_be_bytes())),
        "expected a date within the calendar of the Rust type, got one beyond it"
    );
    let midnight = 86_400_000_000_i64.to_be_bytes();
    assert_eq!(
        complaint::<NaiveTime>(WireType::TIME, Some(&midnight)),
        "expected a time before 24:00:00, got 24:00:00"
    );
    assert_eq!(
        complaint::<NaiveTime>(WireType::TIME, Some(&(-1_i64).to_be_bytes())),
        "expected time, got malformed data"
    );
}

#[test]
fn timestamps_with_and_without_zone_are_not_mixed_up() {
    let naive = moment("2024-01-01T00:00:00");
    assert_eq!(
        refusal(&naive, WireType::TIMESTAMPTZ),
        "a value of type timestamp cannot be sent as timestamptz"
    );
    assert_eq!(
        refusal(&naive.and_utc(), WireType::TIMESTAMP),
        "a value of type timestamptz cannot be sent as timestamp"
    );
    assert_eq!(
        complaint::<NaiveDateTime>(WireType::TIMESTAMPTZ, Some(&[0; 8])),
        "expected timestamp, got timestamptz"
    );
}

#[test]
fn the_parts_of_an_interval_stay_apart() {
    let extremes = Interval {
        months: i32::MIN,
        days: i32::MAX,
        microseconds: i64::MIN,
    };
    for value in [
        Interval::default(),
        Interval::from_months(-14),
        Interval::from_days(400),
        extremes,
    ] {
        survives(&value, WireType::INTERVAL);
    }
    let sent = bytes_of(
        &Interval {
            months: 1,
            days: 2,
            microseconds: 3,
        }
        .to_param(),
        WireType::INTERVAL,
    );
    assert_eq!(
        sent,
        Ok(Some(vec![0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 1]))
    );
    let infinity = [
        [0x7f, 0xff, 0xff, 0xff],
        [0xff; 4],
        [0x7f, 0xff, 0xff, 0xff],
        [0x7f, 0xff, 0xff, 0xff],
    ]
    .concat();
    assert_eq!(
        complaint::<Interval>(WireType::INTERVAL, Some(&infinity)),
        "expected a finite interval, got infinity"
    );
}

#[cfg(feature = "time")]
mod of_the_crate_time {
    use time::{Date, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

    use super::*;

    fn instant(unix_nanos: i128) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(unix_nanos).expect("an instant")
    }

    #[test]
    fn values_survive_and_agree_with_chrono() {
        for value in [Date::MIN, instant(-1).date(), instant(0).date(), Date::MAX] {
            survives(&value, WireType::DATE);
        }
        assert_eq!(instant(0).date().to_param(), Param::Date(-10_957));
        let last_micro = instant(-1_000);
        for value in [Time::MIDNIGHT, last_micro.time()] {
            survives(&value, WireType::TIME);
            survives(
                &PrimitiveDateTime::new(last_micro.date(), value),
                WireType::TIMESTAMP,
            );
        }
        let value = instant(1_710_498_224_112_345_000);
        survives(&value, WireType::TIMESTAMPTZ);
        let same = moment("2024-03-15T10:23:44.112345").and_utc();
        assert_eq!(value.to_param(), same.to_param());
        let elsewhere = value.to_offset(UtcOffset::from_hms(2, 0, 0).expect("an offset"));
        assert_eq!(elsewhere.to_param(), same.to_param());
        let before_1970 = moment("1969-12-31T23:59:59.999999").and_utc();
        assert_eq!(instant(-1).to_param(), before_1970.to_param());
    }

    #[test]
    fn infinity_and_what_lies_beyond_the_calendar_are_faults() {
        for raw in [i64::MIN, i64::MAX, i64::MAX - 1] {
            let raw = raw.to_be_bytes();
            assert!(OffsetDateTime::decode(WireType::TIMESTAMPTZ, Some(&raw)).is_err());
            assert!(PrimitiveDateTime::decode(WireType::TIMESTAMP, Some(&raw)).is_err());
        }
        assert!(Date::decode(WireType::DATE, Some(&i32::MAX.to_be_bytes())).is_err());
        assert!(Date::decode(WireType::DATE, Some(&5_000_000_i32.to_be_bytes())).is_err());
        assert!(Time::decode(WireType::TIME, Some(&86_400_000_000_i64.to_be_bytes())).is_err());
    }
}

#[cfg(feature = "jiff")]
mod of_the_crate_jiff {
    use jiff::Timestamp;
    use jiff::civil::{Date, DateTime, Time, date, time};

    use super::*;

    #[test]
    fn values_survive_and_agree_with_chrono() {
        for value in [Date::MIN, date(1999, 12, 31), date(2024, 2, 29), Date::MAX] {
            survives(&value, WireType::DATE);
        }
        assert_eq!(date(1970, 1, 1).to_param(), Param::Date(-10_957));
        for value in [Time::midnight(), time(23, 59, 59, 999_999_000)] {
            survives(&value, WireType::TIME);
            survives(&date(1969, 12, 31).to_datetime(value), WireType::TIMESTAMP);
        }
        survives(&DateTime::MIN, WireType::TIMESTAMP);
        let instant: Timestamp = "2024-03-15T10:23:44.112345Z".parse().expect("an instant");
        survives(&instant, WireType::TIMESTAMPTZ);
        assert_eq!(
            instant.to_param(),
            moment("2024-03-15T10:23:44.112345").and_utc().to_param()
        );
        let finer: Timestamp = "1969-12-31T23:59:59.999999999Z"
            .parse()
            .expect("an instant");
        assert_eq!(
            finer.to_param(),
            moment("1969-12-31T23:59:59.999999").and_utc().to_param()
        );
    }

    #[test]
    fn infinity_and_what_lies_beyond_the_calendar_are_faults() {
        for raw in [i64::MIN, i64::MAX, i64::MAX - 1] {
            let raw = raw.to_be_bytes();
            assert!(Timestamp::decode(WireType::TIMESTAMPTZ, Some(&raw)).is_err());
            assert!(DateTime::decode(WireType::TIMESTAMP, Some(&raw)).is_err());
        }
        assert!(Date::decode(WireType::DATE, Some(&i32::MAX.to_be_bytes())).is_err());
        assert!(Date::decode(WireType::DATE, Some(&5_000_000_i32.to_be_bytes())).is_err());
        assert!(Time::decode(WireType::TIME, Some(&86_400_000_000_i64.to_be_bytes())).is_err());
    }
}

proptest! {
    #[test]
    fn any_date_survives(days in -2_451_545_i32..95_000_000) {
        let value = date(2000, 1, 1) + TimeDelta::days(days.into());
        survives(&value, WireType::DATE);
    }

    #[test]
    fn any_microsecond_survives(micros in -210_866_803_200_000_000_i64..8_000_000_000_000_000_000) {
        let value = DateTime::from_timestamp_micros(micros).expect("within the calendar");
        survives(&value, WireType::TIMESTAMPTZ);
        survives(&value.naive_utc(), WireType::TIMESTAMP);
    }

    #[test]
    fn any_time_of_day_survives(second in 0_u32..86_400, micro in 0_u32..1_000_000) {
        let value = NaiveTime::from_num_seconds_from_midnight_opt(second, micro * 1_000).expect("a time");
        survives(&value, WireType::TIME);
    }

    #[test]
    fn any_bytes_are_a_moment_or_a_fault(long: i64, short: i32) {
        let _ = NaiveDateTime::decode(WireType::TIMESTAMP, Some(&long.to_be_bytes()));
        let _ = NaiveTime::decode(WireType::TIME, Some(&long.to_be_bytes()));
        let _ = NaiveDate::decode(WireType::DATE, Some(&short.to_be_bytes()));
    }

    #[test]
    fn any_interval_survives(months: i32, days: i32, microseconds in -i64::MAX..i64::MAX) {
        survives(&Interval { months, days, microseconds }, WireType::INTERVAL);
    }
}

#[test]
fn infinity_is_serialized_as_its_word_and_a_date_as_ever() {
    use crate::types::Infinite;
    let date = || Infinite::Finite(String::from("2024-03-10"));
    for (value, text) in [
        (Infinite::Infinity, r#""infinity""#),
        (Infinite::NegativeInfinity, r#""-infinity""#),
        (date(), r#""2024-03-10""#),
    ] {
        assert_eq!(serde_json::to_string(&value).expect("a text"), text);
        let read: Infinite<String> = serde_json::from_str(text).expect("a value");
        assert_eq!(read, value);
    }
}
