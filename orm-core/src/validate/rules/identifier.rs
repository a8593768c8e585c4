//! Identifiers with a public definition.

use super::checksum::{self, digits, gs1, letter_values, mod_11, ungrouped};
use super::number::{is_digits, is_hex};
use super::tables;
use crate::types::uuid::{HYPHENATED, parse};
use crate::validate::view::View;

pub(in crate::validate) fn uuid(value: &View<'_>, version: Option<u8>) -> bool {
    let parsed = match value {
        View::Uuid(bytes) => Some(*bytes),
        View::Text(text) if text.len() == HYPHENATED => parse(text.as_bytes()),
        _ => None,
    };
    parsed.is_some_and(|bytes| {
        // RFC 9562: the version, and the variant that has versions.
        version.is_none_or(|version| bytes[6] >> 4 == version && bytes[8] >> 6 == 0b10)
    })
}

pub(in crate::validate) fn ulid(text: &str) -> bool {
    let crockford = |c: char| {
        c.is_ascii_alphanumeric() && !matches!(c.to_ascii_uppercase(), 'I' | 'L' | 'O' | 'U')
    };
    // 26 characters are 130 bits: the first may not use its upper two.
    text.len() == 26 && text.starts_with(|c| matches!(c, '0'..='7')) && text.chars().all(crockford)
}

pub(in crate::validate) fn mongo_id(text: &str) -> bool {
    text.len() == 24 && is_hex(text)
}

pub(in crate::validate) fn ean(text: &str) -> bool {
    matches!(text.len(), 8 | 13 | 14) && digits(text).is_some_and(|digits| gs1(&digits))
}

pub(in crate::validate) fn isbn(text: &str) -> bool {
    let Some(code) = ungrouped(text, &['-', ' ']) else {
        return false;
    };
    match code.len() {
        10 => mod_11(&code),
        13 => {
            (code.starts_with("978") || code.starts_with("979"))
                && digits(&code).is_some_and(|digits| gs1(&digits))
        }
        _ => false,
    }
}

pub(in crate::validate) fn issn(text: &str) -> bool {
    match text.split_once('-') {
        Some((left, right)) => {
            left.len() == 4 && right.len() == 4 && mod_11(&format!("{left}{right}"))
        }
        None => text.len() == 8 && mod_11(text),
    }
}

pub(in crate::validate) fn isin(text: &str) -> bool {
    let prefix = text
        .get(..2)
        .is_some_and(|country| country.bytes().all(|b| b.is_ascii_uppercase()));
    let last = text.ends_with(|c: char| c.is_ascii_digit());
    text.len() == 12
        && prefix
        && last
        && letter_values(text).is_some_and(|values| {
            let digits: Vec<u8> = values
                .into_iter()
                .flat_map(|value| [(value >= 10).then_some(value / 10), Some(value % 10)])
                .flatten()
                .collect();
            checksum::luhn(&digits)
        })
}

pub(in crate::validate) fn isrc(text: &str) -> bool {
    let hyphens = text
        .match_indices('-')
        .map(|(at, _)| at)
        .collect::<Vec<_>>();
    let code = text.replace('-', "");
    let grouped = hyphens.is_empty() || hyphens == [2, 6, 9];
    grouped
        && code.len() == 12
        && code.is_ascii()
        && code[..2].bytes().all(|byte| byte.is_ascii_uppercase())
        && code[2..5]
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && is_digits(&code[5..])
}

pub(in crate::validate) fn imei(text: &str) -> bool {
    let hyphens = text
        .match_indices('-')
        .map(|(at, _)| at)
        .collect::<Vec<_>>();
    let code = text.replace('-', "");
    (hyphens.is_empty() || hyphens == [2, 9, 16])
        && code.len() == 15
        && digits(&code).is_some_and(|digits| checksum::luhn(&digits))
}

pub(in crate::validate) fn iso6346(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() != 11 || !matches!(bytes[3], b'U' | b'J' | b'Z') {
        return false;
    }
    let letters = bytes[..4].iter().all(u8::is_ascii_uppercase);
    let numbers = bytes[4..].iter().all(u8::is_ascii_digit);
    letters && numbers && {
        let weighted = bytes[..10]
            .iter()
            .enumerate()
            .map(|(place, &byte)| container_value(byte) << place);
        weighted.sum::<u32>() % 11 % 10 == u32::from(bytes[10] - b'0')
    }
}

/// Digits as they are, letters from 10 on without the multiples of 11.
fn container_value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => u32::from(byte - b'0'),
        b'A' => 10,
        b'B'..=b'K' => u32::from(byte - b'B') + 12,
        b'L'..=b'U' => u32::from(byte - b'L') + 23,
        _ => u32::from(byte.wrapping_sub(b'V')) + 34,
    }
}

/// Whether the two capitals are a country, or Kosovo's `XK`, which banks use too.
pub(super) fn is_bank_country(code: &str) -> bool {
    code == "XK" || tables::ALPHA2.binary_search(&code).is_ok()
}
