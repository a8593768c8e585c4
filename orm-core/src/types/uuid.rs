//! `uuid`: 16 bytes, and their spellings.

use bytes::{BufMut, BytesMut};

use super::{EncodeFault, Encoded, IsNull, WireType};

const NAME: &str = "uuid";

/// The length of `67e55044-10b1-426f-9247-bb680e5fe0c8`.
pub(crate) const HYPHENATED: usize = 36;

pub(super) fn encode(value: [u8; 16], sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
    if sql_type != WireType::UUID {
        return Err(EncodeFault::wrong_type(NAME, sql_type).into());
    }
    out.put_slice(&value);
    Ok(IsNull::No)
}

/// Appends the bytes in lower case, with hyphens.
pub(crate) fn write(value: [u8; 16], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for (at, byte) in value.into_iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push('-');
        }
        out.push(DIGITS[usize::from(byte >> 4)].into());
        out.push(DIGITS[usize::from(byte & 15)].into());
    }
}

/// The bytes of a UUID: its digits in either case, hyphenated or plain, perhaps in
/// braces or after `urn:uuid:`.
pub(crate) fn parse(text: &[u8]) -> Option<[u8; 16]> {
    let text = match text {
        [b'{', inner @ .., b'}'] => inner,
        _ => text.strip_prefix(b"urn:uuid:").unwrap_or(text),
    };
    let is_hyphenated = text.len() == HYPHENATED;
    if !is_hyphenated && text.len() != 32 {
        return None;
    }
    let mut rest = text;
    let mut bytes = [0; 16];
    for (at, byte) in bytes.iter_mut().enumerate() {
        if is_hyphenated && matches!(at, 4 | 6 | 8 | 10) {
            rest = rest.strip_prefix(b"-")?;
        }
        let (&[high, low], after) = rest.split_first_chunk()?;
        *byte = digit(high)? << 4 | digit(low)?;
        rest = after;
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// The type of the crate `uuid`.
#[cfg(feature = "uuid")]
mod column {
    use uuid::Uuid;

    use super::NAME;
    use crate::schema::SqlType;
    use crate::types::{ArrayElement, ColumnType, DecodeFault, Param, WireType, family, wire};

    impl ColumnType for Uuid {
        type Base = Self;
        type Family = family::Uuid;

        const SQL_TYPE: SqlType = SqlType::Uuid;

        fn to_param(&self) -> Param {
            Param::Uuid(self.into_bytes())
        }

        fn from_param(param: &Param) -> Option<Self> {
            match param {
                Param::Uuid(bytes) => Some(Uuid::from_bytes(*bytes)),
                _ => None,
            }
        }

        fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
            let raw = wire::value_of(NAME, sql_type == WireType::UUID, sql_type, raw)?;
            Ok(Uuid::from_bytes(wire::exactly(NAME, raw)?))
        }
    }

    impl ArrayElement for Uuid {}
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn spellings_are_those_of_the_crate(bytes in any::<[u8; 16]>()) {
            let theirs = uuid::Uuid::from_bytes(bytes);
            let mut ours = String::new();
            super::write(bytes, &mut ours);
            prop_assert_eq!(&ours, &theirs.to_string());
            for text in [
                ours.to_uppercase(),
                theirs.simple().to_string(),
                theirs.braced().to_string(),
                theirs.urn().to_string(),
                ours,
            ] {
                prop_assert_eq!(super::parse(text.as_bytes()), Some(bytes), "{}", text);
            }
        }

        #[test]
        fn other_texts_are_refused_alike(text in "(\\{|urn:uuid:)?[-0-9a-fg]{30,37}\\}?") {
            let theirs = uuid::Uuid::try_parse(&text).ok().map(uuid::Uuid::into_bytes);
            prop_assert_eq!(super::parse(text.as_bytes()), theirs, "{}", text);
        }
    }
}
