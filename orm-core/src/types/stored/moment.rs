//! Dates and times as texts: in one form when written, in several when read.

use crate::types::EncodeFault;
use crate::types::temporal::MICROS_PER_DAY;
use crate::types::temporal::civil::Day;

const MICROS_PER_SECOND: i64 = 1_000_000;
/// 0001-01-01 and 9999-12-31 in days since 2000-01-01.
const FIRST_DAY: i32 = -730_119;
const LAST_DAY: i32 = 2_921_939;

/// Why a text is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    Malformed,
    /// Digits after the sixth that are not 0.
    TooFine,
    /// An offset from UTC where the type has no zone.
    Zoned,
}

/// The days since 2000-01-01 of `2024-03-10`.
pub(crate) fn read_date(text: &[u8]) -> Result<i32, Unread> {
    let mut scan = Scan(text);
    let days = scan.date()?;
    scan.end(days)
}

/// The microseconds since midnight of `14:05`, `14:05:00` or `14:05:00.000000`.
pub(crate) fn read_time(text: &[u8]) -> Result<i64, Unread> {
    let mut scan = Scan(text);
    let micros = scan.time()?;
    scan.end(micros)
}

/// The microseconds since 2000 of a date and a time. That it is in UTC says nothing
/// that is not true of a time without zone.
pub(crate) fn read_timestamp(text: &[u8]) -> Result<i64, Unread> {
    match read_moment(text)? {
        (micros, None | Some(0)) => Ok(micros),
        _ => Err(Unread::Zoned),
    }
}

/// The microseconds since 2000 UTC of a date and a time, with or without an offset:
/// SQLite's own functions write UTC and do not say so.
pub(crate) fn read_timestamptz(text: &[u8]) -> Result<i64, Unread> {
    let (micros, offset) = read_moment(text)?;
    Ok(micros - offset.unwrap_or(0))
}

fn read_moment(text: &[u8]) -> Result<(i64, Option<i64>), Unread> {
    match as_written(text) {
        Some(moment) => Ok(moment),
        None => read_any(text),
    }
}

/// Piece by piece.
fn read_any(text: &[u8]) -> Result<(i64, Option<i64>), Unread> {
    let mut scan = Scan(text);
    let days = scan.date()?;
    let mut moment = (i64::from(days) * MICROS_PER_DAY, None);
    if scan.take(b'T') || scan.take(b' ') {
        moment.0 += scan.time()?;
        moment.1 = scan.offset()?;
    }
    scan.end(moment)
}

/// A moment in the form that is written here, as nearly all are: each digit is where it
/// belongs, so that none has to be looked for.
fn as_written(text: &[u8]) -> Option<(i64, Option<i64>)> {
    const SHAPE: &[u8; 26] = b"0000-00-00 00:00:00.000000";
    let (moment, zone) = text.split_first_chunk::<26>()?;
    let offset = match zone {
        b"" => None,
        b"+00:00" => Some(0),
        _ => return None,
    };
    let mut fits = true;
    for (byte, shape) in moment.iter().zip(SHAPE) {
        let most = if *shape == b'0' { 9 } else { 0 };
        fits &= byte.wrapping_sub(*shape) <= most;
    }
    if !fits {
        return None;
    }
    let number = |from: usize, to: usize| {
        let digits = moment[from..to].iter();
        digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
    };
    let (year, month, day) = (number(0, 4), number(5, 7), number(8, 10));
    let (hour, minute, second) = (number(11, 13), number(14, 16), number(17, 19));
    if year == 0 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let year = year as i32;
    let days = Day { year, month, day }.number()?;
    let seconds = i64::from((hour * 60 + minute) * 60 + second);
    let micros = seconds * MICROS_PER_SECOND + i64::from(number(20, 26));
    Some((i64::from(days) * MICROS_PER_DAY + micros, offset))
}

/// What is left of a text.
struct Scan<'t>(&'t [u8]);

impl Scan<'_> {
    fn take(&mut self, byte: u8) -> bool {
        match self.0.split_first() {
            Some((&first, rest)) if first == byte => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn expect(&mut self, byte: u8) -> Result<(), Unread> {
        self.take(byte).then_some(()).ok_or(Unread::Malformed)
    }

    /// A number of exactly so many digits, at most 9.
    fn digits<const N: usize>(&mut self) -> Result<u32, Unread> {
        let (digits, rest) = self.0.split_first_chunk::<N>().ok_or(Unread::Malformed)?;
        let mut number = 0;
        for digit in digits {
            if !digit.is_ascii_digit() {
                return Err(Unread::Malformed);
            }
            number = number * 10 + u32::from(digit - b'0');
        }
        self.0 = rest;
        Ok(number)
    }

    fn date(&mut self) -> Result<i32, Unread> {
        let year = self.digits::<4>()?;
        self.expect(b'-')?;
        let month = self.digits::<2>()?;
        self.expect(b'-')?;
        let day = self.digits::<2>()?;
        let year = year as i32;
        let number = Day { year, month, day }.number();
        number.filter(|_| year > 0).ok_or(Unread::Malformed)
    }

    fn time(&mut self) -> Result<i64, Unread> {
        let hour = self.digits::<2>()?;
        self.expect(b':')?;
        let minute = self.digits::<2>()?;
        let (mut second, mut micros) = (0, 0);
        if self.take(b':') {
            second = self.digits::<2>()?;
            if self.take(b'.') {
                micros = self.fraction()?;
            }
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(Unread::Malformed);
        }
        let seconds = i64::from((hour * 60 + minute) * 60 + second);
        Ok(seconds * MICROS_PER_SECOND + micros)
    }

    fn fraction(&mut self) -> Result<i64, Unread> {
        let count = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        let (digits, rest) = self.0.split_at(count.count());
        let (kept, finer) = digits.split_at(digits.len().min(6));
        if digits.is_empty() {
            return Err(Unread::Malformed);
        }
        if finer.iter().any(|&digit| digit != b'0') {
            return Err(Unread::TooFine);
        }
        self.0 = rest;
        let micros = kept
            .iter()
            .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'));
        Ok(micros * 10_i64.pow(6 - kept.len() as u32))
    }

    /// `Z`, `+02`, `+0200`, `+02:00`, in microseconds.
    fn offset(&mut self) -> Result<Option<i64>, Unread> {
        if self.take(b'Z') {
            return Ok(Some(0));
        }
        let sign = match self.0.first() {
            Some(b'+') => 1,
            Some(b'-') => -1,
            _ => return Ok(None),
        };
        self.0 = &self.0[1..];
        let hours = self.digits::<2>()?;
        let minutes = match self.take(b':') || !self.0.is_empty() {
            true => self.digits::<2>()?,
            false => 0,
        };
        if hours > 23 || minutes > 59 {
            return Err(Unread::Malformed);
        }
        let seconds = i64::from(hours * 60 + minutes) * 60;
        Ok(Some(sign * seconds * MICROS_PER_SECOND))
    }

    fn end<T>(&self, read: T) -> Result<T, Unread> {
        if self.0.is_empty() {
            Ok(read)
        } else {
            Err(Unread::Malformed)
        }
    }
}

pub(crate) fn write_date(days: i32) -> Result<String, EncodeFault> {
    if [i32::MIN, i32::MAX].contains(&days) {
        return Err(infinite("date"));
    }
    let mut out = Digits::new();
    push_date(days, "date", &mut out)?;
    Ok(out.text())
}

/// A leap second at midnight would be `24:00:00`, which does not come back.
pub(crate) fn write_time(micros: i64) -> Result<String, EncodeFault> {
    if !(0..MICROS_PER_DAY).contains(&micros) {
        return Err(EncodeFault::unstorable("time", "is beyond 23:59:59.999999"));
    }
    let mut out = Digits::new();
    push_time(micros, &mut out);
    Ok(out.text())
}

/// `zone` is `+00:00`, or nothing for a time without zone.
pub(crate) fn write_timestamp(
    micros: i64,
    name: &'static str,
    zone: &str,
) -> Result<String, EncodeFault> {
    if [i64::MIN, i64::MAX].contains(&micros) {
        return Err(infinite(name));
    }
    let days = i32::try_from(micros.div_euclid(MICROS_PER_DAY)).unwrap_or(i32::MAX);
    let mut out = Digits::new();
    push_date(days, name, &mut out)?;
    out.push(b' ');
    push_time(micros.rem_euclid(MICROS_PER_DAY), &mut out);
    zone.bytes().for_each(|byte| out.push(byte));
    Ok(out.text())
}

#[cold]
fn infinite(name: &'static str) -> EncodeFault {
    EncodeFault::unstorable(name, "is infinite")
}

fn push_date(days: i32, name: &'static str, out: &mut Digits) -> Result<(), EncodeFault> {
    if !(FIRST_DAY..=LAST_DAY).contains(&days) {
        return Err(EncodeFault::unstorable(
            name,
            "is beyond the years 1 to 9999",
        ));
    }
    let Day { year, month, day } = Day::of_number(days);
    let year = year as u32;
    out.two(year / 100);
    out.two(year % 100);
    out.push(b'-');
    out.two(month);
    out.push(b'-');
    out.two(day);
    Ok(())
}

fn push_time(micros: i64, out: &mut Digits) {
    let (seconds, fraction) = (micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND);
    let (seconds, fraction) = (seconds as u32, fraction as u32);
    out.two(seconds / 3600);
    out.push(b':');
    out.two(seconds / 60 % 60);
    out.push(b':');
    out.two(seconds % 60);
    out.push(b'.');
    out.two(fraction / 10_000);
    out.two(fraction / 100 % 100);
    out.two(fraction % 100);
}

/// A text of at most 32 characters, `2024-03-10 14:05:00.000000+00:00`.
struct Digits(String);

impl Digits {
    fn new() -> Self {
        Digits(String::with_capacity(32))
    }

    fn push(&mut self, byte: u8) {
        self.0.push(byte.into());
    }

    fn two(&mut self, number: u32) {
        self.push(b'0' + (number / 10) as u8);
        self.push(b'0' + (number % 10) as u8);
    }

    fn text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        // Both ways of reading agree about what is written, and about what is almost that.
        #[test]
        fn a_written_moment_is_read_at_once(
            micros in -63_082_281_600_000_000_i64..252_455_615_999_999_999,
            zone in prop_oneof![Just(""), Just("+00:00")],
            at in 0..32_usize,
            byte in prop_oneof![any::<u8>(), proptest::sample::select(b"0123456789-: .+".as_slice())],
        ) {
            let mut text = write_timestamp(micros, "timestamp", zone).unwrap().into_bytes();
            let expected = (micros, (!zone.is_empty()).then_some(0));
            prop_assert_eq!(as_written(&text), Some(expected));
            prop_assert_eq!(read_any(&text), Ok(expected));
            if let Some(damaged) = text.get_mut(at) {
                *damaged = byte;
            }
            if let Some(moment) = as_written(&text) {
                prop_assert_eq!(read_any(&text), Ok(moment));
            }
        }
    }
}
