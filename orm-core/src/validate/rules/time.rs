//! Dates and times in text, and what comes before what.

use std::cmp::Ordering;

use super::number::is_digits;
use crate::types::temporal::civil::{Day, is_leap};
use crate::validate::view::View;

/// A point on the time line: seconds since 2000, and nanoseconds.
type Instant = (i64, u32);

const DAY: i64 = 86_400;
const MICROS: i64 = 1_000_000;

/// A date and a time of day, moved to UTC; the seconds may leave the day.
struct Moment {
    days: i32,
    seconds: i64,
    nanos: u32,
}

impl Moment {
    fn instant(&self) -> Instant {
        (i64::from(self.days) * DAY + self.seconds, self.nanos)
    }
}

pub(in crate::validate) fn date(text: &str) -> bool {
    is_moment(text)
}

/// How the value stands to the bound; `None` if either is not a point in time.
pub(in crate::validate) fn against(value: &View<'_>, bound: &str) -> Option<Ordering> {
    let instant = match value {
        View::Date(days) => (i64::from(*days) * DAY, 0),
        View::Timestamp(micros) | View::DateTime(micros) => instant_of(*micros),
        View::Text(text) => moment(text)?.instant(),
        _ => return None,
    };
    Some(instant.cmp(&moment(bound)?.instant()))
}

fn instant_of(micros: i64) -> Instant {
    let nanos = micros.rem_euclid(MICROS) * 1_000;
    (micros.div_euclid(MICROS), nanos as u32)
}

/// Whether the text is `YYYY-MM-DD`, alone or with a time.
pub(in crate::validate) const fn is_moment(text: &str) -> bool {
    moment(text).is_some()
}

/// `YYYY-MM-DD`, then perhaps `T` or a space, a clock and an offset.
const fn moment(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let Some(days) = day(bytes) else {
        return None;
    };
    if bytes.len() == 10 {
        return Some(Moment {
            days,
            seconds: 0,
            nanos: 0,
        });
    }
    if !matches!(bytes[10], b'T' | b't' | b' ') {
        return None;
    }
    let Some(clock) = clock(bytes, 11) else {
        return None;
    };
    let Some(offset) = offset(bytes, clock.end) else {
        return None;
    };
    Some(Moment {
        days,
        seconds: clock.seconds - offset,
        nanos: clock.nanos,
    })
}

/// `YYYY-MM-DD` at the start of a text.
const fn day(bytes: &[u8]) -> Option<i32> {
    let (Some(year), Some(month), Some(day)) = (
        number(bytes, 0, 4),
        number(bytes, 5, 2),
        number(bytes, 8, 2),
    ) else {
        return None;
    };
    if bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    let year = year as i32;
    Day { year, month, day }.number()
}

struct Clock {
    seconds: i64,
    nanos: u32,
    /// Where the text goes on.
    end: usize,
}

/// `hh:mm`, then perhaps `:ss` and a fraction.
const fn clock(bytes: &[u8], start: usize) -> Option<Clock> {
    let (Some(hour), Some(minute)) = (number(bytes, start, 2), number(bytes, start + 3, 2)) else {
        return None;
    };
    if bytes[start + 2] != b':' || hour > 23 || minute > 59 {
        return None;
    }
    let seconds = (hour * 3600 + minute * 60) as i64;
    let end = start + 5;
    if end >= bytes.len() || bytes[end] != b':' {
        return Some(Clock {
            seconds,
            nanos: 0,
            end,
        });
    }
    match (number(bytes, end + 1, 2), fraction(bytes, end + 3)) {
        (Some(second), Some((nanos, end))) if second < 60 => Some(Clock {
            seconds: seconds + second as i64,
            nanos,
            end,
        }),
        _ => None,
    }
}

/// A fraction of a second and where it ends; nothing at all is 0.
const fn fraction(bytes: &[u8], start: usize) -> Option<(u32, usize)> {
    if start >= bytes.len() || !matches!(bytes[start], b'.' | b',') {
        return Some((0, start));
    }
    let (mut at, mut nanos, mut unit) = (start + 1, 0, 100_000_000);
    while at < bytes.len() && bytes[at].is_ascii_digit() {
        nanos += (bytes[at] - b'0') as u32 * unit;
        unit /= 10;
        at += 1;
    }
    if at == start + 1 {
        None
    } else {
        Some((nanos, at))
    }
}

/// Seconds east of Greenwich, to the end of the text; nothing at all is UTC.
const fn offset(bytes: &[u8], start: usize) -> Option<i64> {
    let sign = match bytes.len() - start {
        0 => return Some(0),
        1 if matches!(bytes[start], b'Z' | b'z') => return Some(0),
        _ if bytes[start] == b'+' => 1,
        _ if bytes[start] == b'-' => -1,
        _ => return None,
    };
    let minutes = match bytes.len() - start {
        3 => Some(0),
        5 => number(bytes, start + 3, 2),
        6 if bytes[start + 3] == b':' => number(bytes, start + 4, 2),
        _ => None,
    };
    match (number(bytes, start + 1, 2), minutes) {
        (Some(hours), Some(minutes)) if hours < 24 && minutes < 60 => {
            Some(sign * (hours * 3600 + minutes * 60) as i64)
        }
        _ => None,
    }
}

/// The number in so many digits.
const fn number(bytes: &[u8], start: usize, count: usize) -> Option<u32> {
    if start + count > bytes.len() {
        return None;
    }
    let (mut at, mut number) = (start, 0);
    while at < start + count {
        if !bytes[at].is_ascii_digit() {
            return None;
        }
        number = number * 10 + (bytes[at] - b'0') as u32;
        at += 1;
    }
    Some(number)
}

pub(in crate::validate) fn time(text: &str) -> bool {
    clock(text.as_bytes(), 0).is_some_and(|clock| clock.end == text.len())
}

pub(in crate::validate) fn rfc3339(text: &str) -> bool {
    let bytes = text.as_bytes();
    let two = |at| number(bytes, at, 2);
    let (Some(hour), Some(minute), Some(second)) = (two(11), two(14), two(17)) else {
        return false;
    };
    let fraction = match &bytes[19..] {
        [b'.', digits @ ..] => {
            1 + digits
                .iter()
                .take_while(|digit| digit.is_ascii_digit())
                .count()
        }
        _ => 0,
    };
    let zone = match &bytes[19 + fraction..] {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', hours @ ..] if hours.len() == 5 && hours[2] == b':' => {
            number(hours, 0, 2).is_some_and(|hours| hours < 24)
                && number(hours, 3, 2).is_some_and(|minutes| minutes < 60)
        }
        _ => false,
    };
    // A minute may end with a leap second.
    day(bytes).is_some()
        && matches!(bytes[10], b'T' | b't' | b' ')
        && (bytes[13], bytes[16]) == (b':', b':')
        && (hour < 24 && minute < 60 && second <= 60)
        && (fraction != 1 && zone)
}

pub(in crate::validate) fn iso8601(text: &str) -> bool {
    match text.split_once('T') {
        None => complete_date(text) || reduced_date(text),
        Some((date, time)) => {
            let (time, zone) = split_zone(time);
            let extended = date.contains('-');
            let agrees = |part: &str| part.len() == 2 || part.contains(':') == extended;
            let (clock, fraction) = split_fraction(time);
            complete_date(date)
                && agrees(clock)
                && zone.is_none_or(|zone| agrees(zone) && is_zone(zone))
                && is_clock(clock)
                && fraction.is_none_or(|digits| is_digits(digits) && !clock.starts_with("24"))
        }
    }
}

/// The text with every digit as a 9, to be compared with a picture.
fn shape(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect()
}

/// A calendar, ordinal or week date that names one day.
fn complete_date(text: &str) -> bool {
    let plain = text.replace(['-', 'W'], "");
    let part = |from: usize, to: usize| plain[from..to].parse::<u32>().unwrap_or_default();
    let year = || part(0, 4) as i32;
    match shape(text).as_str() {
        "9999-99-99" | "99999999" => {
            let (month, day) = (part(4, 6), part(6, 8));
            let year = year();
            Day { year, month, day }.number().is_some()
        }
        "9999-999" | "9999999" => (1..=365 + u32::from(is_leap(year()))).contains(&part(4, 7)),
        "9999-W99-9" | "9999W999" => {
            (1..=weeks(year())).contains(&part(4, 6)) && (1..=7).contains(&part(6, 7))
        }
        _ => false,
    }
}

/// The weeks of a year: 53 if it begins on a Thursday, or on a Wednesday and is leap.
fn weeks(year: i32) -> u32 {
    let (month, day) = (1, 1);
    let first = Day { year, month, day }.number().unwrap_or_default();
    // 2000 began on a Saturday; Monday is 0.
    match (first + 5).rem_euclid(7) {
        3 => 53,
        2 if is_leap(year) => 53,
        _ => 52,
    }
}

/// A week, a month or a year. ISO 8601 has no basic form of a month.
fn reduced_date(text: &str) -> bool {
    match shape(text).as_str() {
        "9999" => true,
        "9999-99" => complete_date(&format!("{text}-01")),
        "9999-W99" | "9999W99" => {
            complete_date(&format!("{}-W{}-1", &text[..4], &text[text.len() - 2..]))
        }
        _ => false,
    }
}

/// The time and what follows its sign; `Z` is an offset without digits.
fn split_zone(time: &str) -> (&str, Option<&str>) {
    if let Some(time) = time.strip_suffix('Z') {
        return (time, None);
    }
    time.split_once(['+', '-'])
        .map_or((time, None), |(time, zone)| (time, Some(zone)))
}

fn split_fraction(time: &str) -> (&str, Option<&str>) {
    time.split_once(['.', ','])
        .map_or((time, None), |(clock, digits)| (clock, Some(digits)))
}

/// Hours, minutes and seconds; 24 is the midnight that ends a day.
fn is_clock(text: &str) -> bool {
    let shape = shape(text);
    matches!(
        shape.as_str(),
        "99" | "9999" | "99:99" | "999999" | "99:99:99"
    ) && (text.starts_with("24") && text[2..].chars().all(|c| matches!(c, '0' | ':'))
        || in_day(text))
}

fn is_zone(text: &str) -> bool {
    matches!(shape(text).as_str(), "99" | "9999" | "99:99") && in_day(text)
}

/// Two digits below 24, then pairs below 60.
fn in_day(text: &str) -> bool {
    let plain = text.replace(':', "");
    let (hours, rest) = plain.as_bytes().split_at(2);
    hours < b"24".as_slice() && rest.chunks(2).all(|pair| pair[0] < b'6')
}
