//! Bytes written as text.

use super::number::is_hex;
use super::text::each;

/// A digest algorithm, for its number of hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashKind {
    /// CRC-32, 8 digits.
    Crc32,
    /// MD5, 32 digits (RFC 1321).
    Md5,
    /// SHA-1, 40 digits (FIPS 180-4).
    Sha1,
    /// SHA-224, 56 digits (FIPS 180-4).
    Sha224,
    /// SHA-256, 64 digits (FIPS 180-4).
    Sha256,
    /// SHA-384, 96 digits (FIPS 180-4).
    Sha384,
    /// SHA-512, 128 digits (FIPS 180-4).
    Sha512,
}

impl HashKind {
    const fn digits(self) -> usize {
        match self {
            Self::Crc32 => 8,
            Self::Md5 => 32,
            Self::Sha1 => 40,
            Self::Sha224 => 56,
            Self::Sha256 => 64,
            Self::Sha384 => 96,
            Self::Sha512 => 128,
        }
    }
}

pub(in crate::validate) fn hash(text: &str, kind: HashKind) -> bool {
    text.len() == kind.digits() && is_hex(text)
}

pub(in crate::validate) fn md5(text: &str) -> bool {
    hash(text, HashKind::Md5)
}

pub(in crate::validate) fn base32(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(8)
        && matches!(text.len() - body.len(), 0 | 1 | 3 | 4 | 6)
        && body
            .bytes()
            .all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7'))
}

pub(in crate::validate) fn base58(text: &str) -> bool {
    each(text, |c| {
        c.is_ascii_alphanumeric() && !matches!(c, '0' | 'O' | 'I' | 'l')
    })
}

pub(in crate::validate) fn base64(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - body.len() <= 2
        && body
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

/// The bytes of unpadded base 64 in the URL alphabet (RFC 4648 section 5).
pub(super) fn base64url_decoded(text: &str) -> Option<Vec<u8>> {
    if text.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut pending, mut bits) = (0_u32, 0);
    for byte in text.bytes() {
        pending = (pending << 6 | sextet(byte)?) & 0xFFFF;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((pending >> bits & 0xFF) as u8);
        }
    }
    Some(bytes)
}

fn sextet(byte: u8) -> Option<u32> {
    Some(u32::from(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    }))
}

/// The bytes behind RFC 3986's percent signs; `None` if a sign is alone or a
/// character had to be written with one.
pub(super) fn percent_decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => {
                bytes.push(nibble(*high)? << 4 | nibble(*low)?);
                tail
            }
            (b'%', _) => return None,
            (byte, tail) if is_uri_byte(*byte) => {
                bytes.push(*byte);
                tail
            }
            _ => return None,
        };
    }
    Some(bytes)
}

fn nibble(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// RFC 3986's unreserved and reserved characters without the brackets and `#`.
fn is_uri_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=".contains(&byte)
}
