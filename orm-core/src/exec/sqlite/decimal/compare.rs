//! The order of decimal numbers that are texts.

use std::cmp::Ordering;

use super::exact::Exact;

/// As numbers; what is none comes behind them, in the order of texts.
pub(super) fn texts(left: &str, right: &str) -> Ordering {
    match (Plain::read(left), Plain::read(right)) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => match (Exact::read(left), Exact::read(right)) {
            (Ok(left), Ok(right)) => left.cmp(&right),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => left.cmp(right),
        },
    }
}

/// A number without exponent, as we write it: compared where it lies.
struct Plain<'t> {
    negative: bool,
    /// Without zeros at the start.
    whole: &'t str,
    /// Without zeros at the end.
    fraction: &'t str,
}

impl<'t> Plain<'t> {
    fn read(text: &'t str) -> Option<Self> {
        let (negative, number) = match text.strip_prefix('-') {
            Some(number) => (true, number),
            None => (false, text),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        // Longer ones may be no numbers: one rule for all, see `Exact`.
        if number.len() > 100 || whole.is_empty() {
            return None;
        }
        let mut digits = whole.bytes().chain(fraction.bytes());
        if !digits.all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let whole = whole.trim_start_matches('0');
        let fraction = fraction.trim_end_matches('0');
        Some(Plain {
            negative: negative && !(whole.is_empty() && fraction.is_empty()),
            whole,
            fraction,
        })
    }

    fn cmp(&self, other: &Self) -> Ordering {
        if self.negative != other.negative {
            return other.negative.cmp(&self.negative);
        }
        let by_length = self.whole.len().cmp(&other.whole.len());
        let order = by_length
            .then_with(|| self.whole.cmp(other.whole))
            .then_with(|| self.fraction.cmp(other.fraction));
        if self.negative {
            order.reverse()
        } else {
            order
        }
    }
}
