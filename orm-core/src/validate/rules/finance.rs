//! Money, cards and accounts.

use sha2::{Digest, Sha256};

use super::checksum::{self, digits, letter_values, mod_97, ungrouped};
use super::identifier::is_bank_country;
use super::number::is_hex;
use super::tables;

pub(in crate::validate) fn credit_card(text: &str) -> bool {
    let Some(number) = ungrouped(text, &[' ', '-']) else {
        return false;
    };
    (12..=19).contains(&number.len())
        && !number.starts_with('0')
        && digits(&number).is_some_and(|digits| checksum::luhn(&digits))
}

pub(in crate::validate) fn iban(text: &str) -> bool {
    let Some(code) = ungrouped(text, &[' ']) else {
        return false;
    };
    let (Some(country), Some(check)) = (code.get(..2), code.get(2..4)) else {
        return false;
    };
    let length = tables::IBAN_LENGTHS
        .binary_search_by_key(&country, |(country, _)| *country)
        .map(|at| tables::IBAN_LENGTHS[at].1);
    // The check digits run from 02 to 98; 00, 01 and 99 are their doubles.
    length == Ok(code.len())
        && matches!(check.parse::<u8>(), Ok(2..=98))
        && letter_values(&code).is_some_and(|values| {
            let (head, body) = values.split_at(4);
            mod_97(body.iter().chain(head).copied()) == 1
        })
}

pub(in crate::validate) fn bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && is_bank_country(&text[4..6])
}

pub(in crate::validate) fn aba_routing(text: &str) -> bool {
    let weights = [3, 7, 1].into_iter().cycle();
    text.len() == 9
        && digits(text).is_some_and(|digits| {
            let sum: u32 = digits
                .iter()
                .zip(weights)
                .map(|(&d, w)| u32::from(d) * w)
                .sum();
            let district = digits[0] * 10 + digits[1];
            sum.is_multiple_of(10) && matches!(district, 0..=12 | 21..=32 | 61..=72 | 80)
        })
}

pub(in crate::validate) fn iso4217(text: &str) -> bool {
    tables::CURRENCIES.binary_search(&text).is_ok()
}

pub(in crate::validate) fn ethereum_address(text: &str) -> bool {
    text.strip_prefix("0x")
        .is_some_and(|digits| digits.len() == 40 && is_hex(digits))
}

pub(in crate::validate) fn btc_address(text: &str) -> bool {
    match text.get(..3) {
        Some("bc1" | "BC1") => segwit_address(text),
        _ => base58_address(text),
    }
}

/// A version byte, 20 bytes of hash and 4 of checksum.
const BASE58_ADDRESS: usize = 25;
const BASE58_ALPHABET: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

fn base58_address(text: &str) -> bool {
    let Some(bytes) = base58_decoded(text) else {
        return false;
    };
    let (payload, sum) = bytes.split_at(BASE58_ADDRESS - 4);
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let ones = text.bytes().take_while(|byte| *byte == b'1').count();
    // Versions: 0 pays to a key's hash, 5 to a script's.
    matches!(payload[0], 0 | 5)
        && zeros == ones
        && Sha256::digest(Sha256::digest(payload))[..4] == *sum
}

fn base58_decoded(text: &str) -> Option<[u8; BASE58_ADDRESS]> {
    let mut number = [0_u8; BASE58_ADDRESS];
    for byte in text.bytes() {
        let mut carry = BASE58_ALPHABET.iter().position(|digit| *digit == byte)?;
        for place in number.iter_mut().rev() {
            carry += usize::from(*place) * 58;
            *place = (carry & 0xFF) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    Some(number)
}

const BECH32_ALPHABET: &[u8] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// What the checksum of a version 0 program must come to (BIP 173), and of a later one (BIP 350).
const BECH32: u32 = 1;
const BECH32M: u32 = 0x2BC8_30A3;

fn segwit_address(text: &str) -> bool {
    let mixed = text.bytes().any(|b| b.is_ascii_lowercase())
        && text.bytes().any(|b| b.is_ascii_uppercase());
    if mixed || text.len() > 90 {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let position = |byte: u8| BECH32_ALPHABET.iter().position(|digit| *digit == byte);
    let Some(values) = lower
        .bytes()
        .skip(3)
        .map(position)
        .collect::<Option<Vec<_>>>()
    else {
        return false;
    };
    // "bc" expanded, as the checksum covers it.
    let checked = [3, 3, 0, 2, 3]
        .into_iter()
        .chain(values.iter().map(|value| *value as u32));
    match values.as_slice() {
        [version, program @ .., _, _, _, _, _, _] => {
            let sum = if *version == 0 { BECH32 } else { BECH32M };
            *version <= 16 && is_program(*version, program) && bech32_polymod(checked) == sum
        }
        _ => false,
    }
}

/// Groups of five bits that make 2 to 40 bytes, 20 or 32 in version 0, the rest padded with zeros.
fn is_program(version: usize, groups: &[usize]) -> bool {
    let bytes = groups.len() * 5 / 8;
    let padding = groups.len() * 5 % 8;
    let length = if version == 0 {
        matches!(bytes, 20 | 32)
    } else {
        (2..=40).contains(&bytes)
    };
    length
        && padding < 5
        && groups
            .last()
            .is_some_and(|last| last & ((1 << padding) - 1) == 0)
}

fn bech32_polymod(values: impl Iterator<Item = u32>) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3B6A_57B2,
        0x2650_8E6D,
        0x1EA1_19FA,
        0x3D42_33DD,
        0x2A14_62B3,
    ];
    values.fold(1, |sum, value| {
        let top = sum >> 25;
        let shifted = (sum & 0x01FF_FFFF) << 5 ^ value;
        GENERATOR
            .iter()
            .enumerate()
            .filter(|(bit, _)| top >> bit & 1 == 1)
            .fold(shifted, |sum, (_, term)| sum ^ term)
    })
}
