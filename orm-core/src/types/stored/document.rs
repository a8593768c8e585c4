//! JSON documents as texts: equal documents have equal texts.

use std::borrow::Cow;

use bytes::BytesMut;

use super::Cell;
use super::read::Buffer;
use crate::types::param::Bind;
use crate::types::{EncodeFault, WireType};

/// The text of a document, the members of its objects in order.
pub(super) fn write(document: &dyn Bind) -> Result<String, EncodeFault> {
    let mut bytes = BytesMut::new();
    document
        .encode(WireType::JSONB, &mut bytes)
        .map_err(|fault| match fault.downcast::<EncodeFault>() {
            Ok(fault) if fault.is_nul_in_text() => EncodeFault::nul_in_stored("jsonb"),
            Ok(fault) => *fault,
            Err(_) => not_a_document(),
        })?;
    // The first byte is the version of the server's format.
    let text = bytes.get(1..).unwrap_or_default();
    let text = std::str::from_utf8(text).map_err(|_| not_a_document())?;
    Ok(in_order(text).into_owned())
}

#[cold]
fn not_a_document() -> EncodeFault {
    EncodeFault::unrepresentable("a value cannot be serialized as JSON")
}

/// A document that is a number may have become one where a column of another program
/// is declared `JSON`.
pub(super) fn read_number(cell: Cell<'_>, out: &mut Buffer) {
    let text = match cell {
        Cell::Integer(value) => value.to_string(),
        Cell::Real(value) => format!("{value:?}"),
        _ => return,
    };
    out.extend_from_slice(text.as_bytes());
}

/// The same document with the members of each object sorted; of several with one name
/// the last is kept, as by who reads it. The document has no blanks, and is not nested
/// deeper than what can be read again.
fn in_order(text: &str) -> Cow<'_, str> {
    if !text.contains('{') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    match (Scan { text, at: 0 }).value(&mut out) {
        Some(()) => Cow::Owned(out),
        None => Cow::Borrowed(text),
    }
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn value(&mut self, out: &mut String) -> Option<()> {
        match self.peek()? {
            b'{' => self.object(out),
            b'[' => self.array(out),
            b'"' => {
                out.push_str(self.string()?);
                Some(())
            }
            _ => {
                out.push_str(self.word());
                Some(())
            }
        }
    }

    fn object(&mut self, out: &mut String) -> Option<()> {
        self.take(b'{')?;
        let mut members: Vec<(&str, String)> = Vec::new();
        while self.peek()? != b'}' {
            let name = self.string()?;
            self.take(b':')?;
            let mut value = String::new();
            self.value(&mut value)?;
            members.push((name, value));
            if self.peek()? == b',' {
                self.at += 1;
            }
        }
        self.take(b'}')?;
        // Stable, so that of equal names the last stays last.
        members.sort_by_key(|(name, _)| *name);
        out.push('{');
        let mut members = members.into_iter().peekable();
        while let Some((name, value)) = members.next() {
            if members.peek().is_some_and(|(next, _)| *next == name) {
                continue;
            }
            out.push_str(name);
            out.push(':');
            out.push_str(&value);
            if members.peek().is_some() {
                out.push(',');
            }
        }
        out.push('}');
        Some(())
    }

    fn array(&mut self, out: &mut String) -> Option<()> {
        self.take(b'[')?;
        out.push('[');
        while self.peek()? != b']' {
            self.value(out)?;
            if self.peek()? == b',' {
                self.at += 1;
                out.push(',');
            }
        }
        self.take(b']')?;
        out.push(']');
        Some(())
    }

    /// With its quotes.
    fn string(&mut self) -> Option<&'t str> {
        let start = self.at;
        self.take(b'"')?;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        self.text.get(start..self.at)
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> &'t str {
        let rest = &self.text[self.at..];
        let end = rest.find([',', ']', '}']).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}
