//! Countries, languages and where things are.

use super::number::{is_digits, numeric as is_number};
use super::pattern::fits;
use super::tables::{self, POSTAL_CODES};

pub(in crate::validate) fn alpha2(text: &str) -> bool {
    tables::ALPHA2.binary_search(&text).is_ok()
}

pub(in crate::validate) fn alpha3(text: &str) -> bool {
    tables::ALPHA3.binary_search(&text).is_ok()
}

pub(in crate::validate) fn numeric(text: &str) -> bool {
    tables::NUMERIC.binary_search(&text).is_ok()
}

pub(in crate::validate) fn iso6391(text: &str) -> bool {
    tables::LANGUAGES.binary_search(&text).is_ok()
}

pub(in crate::validate) fn iso15924(text: &str) -> bool {
    // Qaaa to Qabx are for private use.
    tables::SCRIPTS.binary_search(&text).is_ok() || fits("^Qa(?:a[a-z]|b[a-x])$", text)
}

/// The `langtag` of RFC 5646 section 2.1; the subtags are not looked up.
pub(in crate::validate) fn locale(text: &str) -> bool {
    let tag = r"(?i)^(?:[a-z]{2,3}(?:[-_][a-z]{3}){0,3}|[a-z]{4,8})(?:[-_][a-z]{4})?(?:[-_](?:[a-z]{2}|[0-9]{3}))?(?:[-_](?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:[-_][a-wyz0-9](?:[-_][a-z0-9]{2,8})+)*(?:[-_]x(?:[-_][a-z0-9]{1,8})+)?$";
    text.is_ascii() && fits(tag, text)
}

pub(in crate::validate) fn lat_long(text: &str) -> bool {
    let inner = match (text.strip_prefix('('), text.ends_with(')')) {
        (Some(rest), true) => &rest[..rest.len() - 1],
        (None, false) => text,
        _ => return false,
    };
    let degrees = |part: &str, most: f64| {
        is_number(part)
            && part
                .parse::<f64>()
                .is_ok_and(|degrees| degrees.abs() <= most)
    };
    inner.split_once(',').is_some_and(|(latitude, longitude)| {
        let longitude = longitude.strip_prefix(' ').unwrap_or(longitude);
        degrees(latitude, 90.0) && degrees(longitude, 180.0)
    })
}

pub(in crate::validate) fn mobile_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|number| {
        (7..=15).contains(&number.len()) && is_digits(number) && !number.starts_with('0')
    })
}

pub(in crate::validate) fn postal_code(text: &str, country: &str) -> bool {
    POSTAL_CODES
        .iter()
        .find(|(code, _)| *code == country)
        .is_some_and(|(_, pattern)| fits(pattern, text))
}

/// Whether [`POSTAL_CODES`] has the country, answered in a constant.
pub(in crate::validate) const fn has_postal_codes(country: &str) -> bool {
    let mut at = 0;
    while at < POSTAL_CODES.len() {
        if same(POSTAL_CODES[at].0.as_bytes(), country.as_bytes()) {
            return true;
        }
        at += 1;
    }
    false
}

const fn same(left: &[u8], right: &[u8]) -> bool {
    let mut at = 0;
    while at < left.len() && at < right.len() && left[at] == right[at] {
        at += 1;
    }
    at == left.len() && at == right.len()
}
