//! Constants written in a rule, and how values compare with them.

use std::cmp::Ordering;

#[cfg(feature = "decimal")]
use rust_decimal::Decimal;

use super::view::{ValueKind, View};

/// The number in `min` and `max`.
///
/// Comparison is exact across kinds: an `i64` is never rounded to a float.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// A whole number.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A decimal number as written, such as `"19.99"`.
    Decimal(&'static str),
}

impl Bound {
    /// How the value stands to this bound; `None` if it is not a number.
    pub(super) fn ordering_of(self, value: &View<'_>) -> Option<Ordering> {
        match *value {
            View::Int(value) => self.ordering_of_int(value),
            View::Float(value) => self.ordering_of_float(value),
            #[cfg(feature = "decimal")]
            View::Decimal(value) => self.ordering_of_decimal(value),
            _ => None,
        }
    }

    fn ordering_of_int(self, value: i64) -> Option<Ordering> {
        match self {
            Self::Int(bound) => Some(value.cmp(&bound)),
            Self::Float(bound) => int_against_float(value, bound),
            Self::Decimal(bound) => int_against_digits(value, bound),
        }
    }

    fn ordering_of_float(self, value: f64) -> Option<Ordering> {
        match self {
            Self::Int(bound) => int_against_float(bound, value).map(Ordering::reverse),
            Self::Float(bound) => value.partial_cmp(&bound),
            Self::Decimal(bound) => value.partial_cmp(&bound.parse::<f64>().ok()?),
        }
    }

    #[cfg(feature = "decimal")]
    fn ordering_of_decimal(self, value: Decimal) -> Option<Ordering> {
        match self {
            Self::Int(bound) => Some(value.cmp(&Decimal::from(bound))),
            Self::Float(bound) => decimal_against_float(value, bound),
            Self::Decimal(bound) => Some(value.cmp(&decimal(bound)?)),
        }
    }

    /// Whether the bound is a number every comparison understands.
    pub(super) const fn is_number(self) -> bool {
        match self {
            Self::Int(_) => true,
            Self::Float(bound) => bound.is_finite(),
            Self::Decimal(bound) => is_decimal_literal(bound.as_bytes()),
        }
    }
}

/// A constant that a value is compared with by `equals`, `one_of` and `not_one_of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Literal {
    /// A text, compared character by character.
    Text(&'static str),
    /// A whole number, compared with any number.
    Int(i64),
    /// A boolean.
    Bool(bool),
}

impl Literal {
    /// Whether the value equals this constant; never across kinds.
    pub(super) fn equals(self, value: &View<'_>) -> bool {
        match (self, value) {
            (Self::Text(own), View::Text(other)) => own == *other,
            (Self::Bool(own), View::Bool(other)) => own == *other,
            (Self::Int(own), number) => {
                Bound::Int(own).ordering_of(number) == Some(Ordering::Equal)
            }
            _ => false,
        }
    }

    /// Whether a column of this kind can hold the constant.
    pub(super) const fn applies_to(self, kind: ValueKind) -> bool {
        match self {
            Self::Text(_) => matches!(kind, ValueKind::Text),
            Self::Int(_) => kind.is_number(),
            Self::Bool(_) => matches!(kind, ValueKind::Bool),
        }
    }
}

/// 2⁶³, the first float above every `i64`.
const ABOVE_I64: f64 = 9_223_372_036_854_775_808.0;

fn int_against_float(int: i64, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    if float >= ABOVE_I64 {
        return Some(Ordering::Less);
    }
    if float < -ABOVE_I64 {
        return Some(Ordering::Greater);
    }
    // In range, so the cast drops the fraction and nothing else.
    match int.cmp(&(float as i64)) {
        Ordering::Equal => 0.0_f64.partial_cmp(&float.fract()),
        unequal => Some(unequal),
    }
}

/// By the whole part, and if that is the same by what follows the point.
fn int_against_digits(int: i64, digits: &str) -> Option<Ordering> {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let has_fraction = fraction.bytes().any(|digit| digit != b'0');
    // 28 digits at most.
    let unequal = i128::from(int).cmp(&whole.parse().ok()?);
    Some(match unequal {
        Ordering::Equal if has_fraction && digits.starts_with('-') => Ordering::Greater,
        Ordering::Equal if has_fraction => Ordering::Less,
        _ => unequal,
    })
}

#[cfg(feature = "decimal")]
fn decimal_against_float(value: Decimal, float: f64) -> Option<Ordering> {
    if float.is_nan() {
        return None;
    }
    // By its shortest decimal text, so that 0.1 means 0.1.
    match float.to_string().parse::<Decimal>() {
        Ok(bound) => Some(value.cmp(&bound)),
        // Beyond every decimal: only the sign matters.
        Err(_) if float > 0.0 => Some(Ordering::Less),
        Err(_) => Some(Ordering::Greater),
    }
}

#[cfg(feature = "decimal")]
fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// `[-]digits[.digits]` with at most 28 digits, which a `Decimal` holds exactly.
const fn is_decimal_literal(text: &[u8]) -> bool {
    let mut at = if !text.is_empty() && text[0] == b'-' {
        1
    } else {
        0
    };
    let mut digits = 0;
    let mut point = false;
    while at < text.len() {
        match text[at] {
            b'0'..=b'9' => digits += 1,
            b'.' if !point && digits > 0 && at + 1 < text.len() => point = true,
            _ => return false,
        }
        at += 1;
    }
    digits > 0 && digits <= 28
}
