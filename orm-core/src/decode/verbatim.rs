//! A value as it came, to be kept and to be bound again, whatever its type is.

use std::borrow::Cow;
use std::fmt;

use bytes::BytesMut;

use super::Row;
use super::row::Content;
use crate::types::stored::Cell;
use crate::types::{Bind, EncodeFault, Encoded, IsNull, Param, WireType};

/// A value that nobody looks at: it goes back to where it came from.
///
/// `Debug` does not show it.
#[derive(Clone, PartialEq)]
pub(crate) enum Verbatim {
    /// In canonical form: the number of its type, and its bytes.
    Wire(u32, Vec<u8>),
    Integer(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Row {
    /// The cell at `at`, as it came; `None` is NULL, or a text that is none.
    pub(crate) fn verbatim(&self, at: usize) -> Option<Verbatim> {
        match self.content(at)? {
            Content::Typed(kind, raw) => raw.map(|it| Verbatim::Wire(kind.oid(), it.to_vec())),
            Content::Stored(cell) => match cell {
                Cell::Null => None,
                Cell::Integer(value) => Some(Verbatim::Integer(value)),
                Cell::Real(value) => Some(Verbatim::Real(value)),
                Cell::Text(raw) => Some(Verbatim::Text(String::from_utf8(raw.to_vec()).ok()?)),
                Cell::Blob(raw) => Some(Verbatim::Blob(raw.to_vec())),
            },
        }
    }
}

impl Verbatim {
    /// The value to bind.
    pub(crate) fn param(&self) -> Param {
        match self {
            Verbatim::Wire(kind, raw) => Param::other(Raw(*kind, raw.clone())),
            Verbatim::Integer(value) => Param::Int8(*value),
            Verbatim::Real(value) => Param::Float8(*value),
            Verbatim::Text(text) => Param::from(text.as_str()),
            Verbatim::Blob(raw) => Param::Bytes(raw.clone()),
        }
    }

    /// One word that [`parse`](Self::parse) reads: a letter for its form, and its bytes.
    pub(crate) fn word(&self) -> String {
        let (form, raw): (char, Cow<'_, [u8]>) = match self {
            Verbatim::Wire(kind, raw) => ('w', [&kind.to_be_bytes()[..], raw].concat().into()),
            Verbatim::Integer(value) => ('i', value.to_be_bytes().to_vec().into()),
            Verbatim::Real(value) => ('r', value.to_be_bytes().to_vec().into()),
            Verbatim::Text(text) => ('t', text.as_bytes().into()),
            Verbatim::Blob(raw) => ('b', raw.into()),
        };
        let mut out = String::with_capacity(1 + raw.len() * 2);
        out.push(form);
        out.extend(raw.iter().map(|byte| format!("{byte:02x}")));
        out
    }

    /// What [`word`](Self::word) has written.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        let mut digits = word.chars();
        let form = digits.next()?;
        let digits: Vec<u8> = digits
            .map(|it| it.to_digit(16).and_then(|it| u8::try_from(it).ok()))
            .collect::<Option<_>>()?;
        if !digits.len().is_multiple_of(2) {
            return None;
        }
        let raw: Vec<u8> = digits.chunks(2).map(|it| it[0] << 4 | it[1]).collect();
        Some(match form {
            'w' => {
                let (kind, raw) = raw.split_first_chunk()?;
                Verbatim::Wire(u32::from_be_bytes(*kind), raw.to_vec())
            }
            'i' => Verbatim::Integer(i64::from_be_bytes(raw.try_into().ok()?)),
            'r' => Verbatim::Real(f64::from_be_bytes(raw.try_into().ok()?)),
            't' => Verbatim::Text(String::from_utf8(raw).ok()?),
            'b' => Verbatim::Blob(raw),
            _ => return None,
        })
    }
}

impl fmt::Debug for Verbatim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verbatim")
    }
}

/// The bytes of a value of the server's, and the number of its type.
struct Raw(u32, Vec<u8>);

impl Bind for Raw {
    fn type_name(&self) -> Cow<'static, str> {
        "a key of `orm:batches`".into()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        let texts = [
            WireType::TEXT,
            WireType::VARCHAR,
            WireType::BPCHAR,
            WireType::NAME,
        ];
        let is_text = |kind: u32| texts.iter().any(|it| it.oid() == kind);
        let kind = sql_type.oid();
        // Bytes say nothing of their type: as another one they would be another value.
        if kind != self.0 && !(is_text(kind) && is_text(self.0)) {
            return Err(EncodeFault::wrong_type(self.type_name(), sql_type).into());
        }
        out.extend_from_slice(&self.1);
        Ok(IsNull::No)
    }

    fn write_text(&self, _: &mut String) -> Result<(), EncodeFault> {
        Err(EncodeFault::unrepresentable(
            "a value that is only handed on has no text form",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again() {
        for value in [
            Verbatim::Wire(20, vec![0, 255, 16]),
            Verbatim::Wire(0, Vec::new()),
            Verbatim::Integer(i64::MIN),
            Verbatim::Real(-0.5),
            Verbatim::Text("née \u{0}".into()),
            Verbatim::Blob(vec![1]),
        ] {
            assert!(Verbatim::parse(&value.word()) == Some(value));
        }
    }

    #[test]
    fn what_was_never_written_is_not_read() {
        for word in ["", "x00", "w0", "w00", "wzz", "i00", "tff"] {
            assert!(Verbatim::parse(word).is_none(), "{word}");
        }
    }
}
