//! Texts that spell numbers.

use super::checksum;
use super::text::each;

pub(in crate::validate) fn numeric(text: &str) -> bool {
    match unsigned(text).split_once('.') {
        Some((whole, fraction)) => (whole.is_empty() || is_digits(whole)) && is_digits(fraction),
        None => is_digits(unsigned(text)),
    }
}

pub(in crate::validate) fn int(text: &str) -> bool {
    is_digits(unsigned(text))
}

pub(in crate::validate) fn float(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    numeric(mantissa.strip_suffix('.').unwrap_or(mantissa)) && exponent.is_none_or(int)
}

pub(in crate::validate) fn boolean(text: &str) -> bool {
    matches!(text, "true" | "false" | "1" | "0")
}

pub(in crate::validate) fn hexadecimal(text: &str) -> bool {
    is_hex(
        text.strip_prefix("0x")
            .or_else(|| text.strip_prefix("0X"))
            .unwrap_or(text),
    )
}

pub(in crate::validate) fn octal(text: &str) -> bool {
    let digits = text
        .strip_prefix("0o")
        .or_else(|| text.strip_prefix("0O"))
        .unwrap_or(text);
    each(digits, |c| c.is_digit(8))
}

pub(in crate::validate) fn luhn(text: &str) -> bool {
    checksum::digits(text).is_some_and(|digits| digits.len() > 1 && checksum::luhn(&digits))
}

pub(in crate::validate) fn port(text: &str) -> bool {
    is_digits(text) && !text.starts_with('0') && text.parse::<u16>().is_ok()
}

/// ASCII digits only, at least one.
pub(super) fn is_digits(text: &str) -> bool {
    each(text, |c| c.is_ascii_digit())
}

/// Hexadecimal digits only, at least one.
pub(super) fn is_hex(text: &str) -> bool {
    each(text, |c| c.is_ascii_hexdigit())
}

fn unsigned(text: &str) -> &str {
    text.strip_prefix(['+', '-']).unwrap_or(text)
}
