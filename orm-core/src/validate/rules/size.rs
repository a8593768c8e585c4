//! Lengths, and whole multiples.

use crate::validate::view::View;

pub(in crate::validate) fn not_empty(value: &View<'_>) -> bool {
    match value {
        View::Text(text) => text.chars().any(|c| !c.is_whitespace()),
        _ => length(value).is_some_and(|length| length > 0),
    }
}

pub(in crate::validate) fn within(value: &View<'_>, min: usize, max: usize) -> bool {
    length(value).is_some_and(|length| (min..=max).contains(&length))
}

/// Characters of a text, octets of binary data, elements of an array.
fn length(value: &View<'_>) -> Option<usize> {
    match value {
        View::Text(text) => Some(text.chars().count()),
        View::Bytes(bytes) => Some(bytes.len()),
        View::Len(elements) => Some(*elements),
        _ => None,
    }
}

pub(in crate::validate) fn divisible(value: &View<'_>, divisor: i64) -> bool {
    match *value {
        // The one overflowing pair, `i64::MIN` by -1, divides evenly.
        View::Int(number) => divisor != 0 && number.checked_rem(divisor).unwrap_or(0) == 0,
        #[cfg(feature = "decimal")]
        View::Decimal(number) => number
            .checked_rem(divisor.into())
            .is_some_and(|rest| rest.is_zero()),
        _ => false,
    }
}
