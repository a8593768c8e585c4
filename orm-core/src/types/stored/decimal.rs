//! Decimal numbers as texts, read into the canonical groups of four digits.

use super::read::Buffer;

/// So many digits, zeros between them and the point included, are read.
const MOST_DIGITS: usize = 1_000;
/// So many digits come back from a `double precision` as they were put in.
const DIGITS_OF_DOUBLE: usize = 15;

/// Appends `-12.50` or `1.25e1` as `numeric`; with `scale`, at least so many digits
/// stand after the point. `None` is not a number.
pub(super) fn read_text(text: &[u8], scale: Option<u16>, out: &mut Buffer) -> Option<()> {
    Spelled::read(text)?.write(scale, out)
}

pub(super) fn read_integer(value: i64, scale: Option<u16>, out: &mut Buffer) -> Option<()> {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut rest = value.unsigned_abs();
    while rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let number = Spelled {
        negative: value < 0,
        whole: &digits[at..],
        fraction: &[],
        exponent: 0,
    };
    number.write(scale, out)
}

/// A double stands for the decimal that was put into it, where that is told by 15
/// digits: columns of other programs that are declared `DECIMAL` make doubles of them.
pub(super) fn read_real(value: f64, scale: Option<u16>, out: &mut Buffer) -> Option<()> {
    let shortest = format!("{value:e}");
    let number = Spelled::read(shortest.as_bytes())?;
    let count = number.whole.len() + number.fraction.len();
    (count <= DIGITS_OF_DOUBLE).then_some(())?;
    number.write(scale, out)
}

/// A number as it is spelled.
struct Spelled<'t> {
    negative: bool,
    whole: &'t [u8],
    fraction: &'t [u8],
    exponent: i32,
}

impl<'t> Spelled<'t> {
    fn read(text: &'t [u8]) -> Option<Self> {
        let (negative, text) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (whole, mut rest) = digits(text);
        let mut fraction: &[u8] = &[];
        if let [b'.', after @ ..] = rest {
            (fraction, rest) = digits(after);
        }
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let exponent = match rest {
            [] => 0,
            [b'e' | b'E', exponent @ ..] => std::str::from_utf8(exponent).ok()?.parse().ok()?,
            _ => return None,
        };
        Some(Spelled {
            negative,
            whole,
            fraction,
            exponent,
        })
    }

    fn write(&self, scale: Option<u16>, out: &mut Buffer) -> Option<()> {
        let exponent = self.exponent;
        let own_scale = i32::try_from(self.fraction.len())
            .ok()?
            .checked_sub(exponent)?;
        let scale = u16::try_from(own_scale.max(0))
            .ok()?
            .max(scale.unwrap_or(0));
        // Digits before the point; the first may be 0, or the point lies before all.
        let point = i32::try_from(self.whole.len())
            .ok()?
            .checked_add(exponent)?;
        if point.unsigned_abs() as usize > MOST_DIGITS || usize::from(scale) > MOST_DIGITS {
            return None;
        }
        let all = self.whole.iter().chain(self.fraction);
        let zeros = all.clone().take_while(|&&digit| digit == b'0').count();
        let first_power = point - 1 - zeros as i32;

        let header = out.len();
        out.extend_from_slice(&[0; 8]);
        let (mut count, mut written, mut group) = (0_u16, 0_u16, 0_u16);
        let mut weight = 0_i16;
        let mut power = first_power;
        for digit in all.skip(zeros) {
            if count == 0 && group == 0 {
                // The first digit is not 0.
                weight = power.div_euclid(4) as i16;
            }
            group += u16::from(digit - b'0') * 10_u16.pow(power.rem_euclid(4) as u32);
            if power.rem_euclid(4) == 0 {
                push(group, out, &mut count, &mut written);
                group = 0;
            }
            power -= 1;
        }
        if group > 0 {
            push(group, out, &mut count, &mut written);
        }
        // Zeros at the end are not sent.
        out.truncate(header + 8 + usize::from(written) * 2);
        let sign: u16 = if self.negative && written > 0 {
            0x4000
        } else {
            0
        };
        out[header..header + 2].copy_from_slice(&written.to_be_bytes());
        out[header + 2..header + 4].copy_from_slice(&weight.to_be_bytes());
        out[header + 4..header + 6].copy_from_slice(&sign.to_be_bytes());
        out[header + 6..header + 8].copy_from_slice(&scale.to_be_bytes());
        Some(())
    }
}

/// `written` counts up to the last group that is not 0.
fn push(group: u16, out: &mut Buffer, count: &mut u16, written: &mut u16) {
    out.extend_from_slice(&group.to_be_bytes());
    *count += 1;
    if group > 0 {
        *written = *count;
    }
}

fn digits(text: &[u8]) -> (&[u8], &[u8]) {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    text.split_at(count)
}
