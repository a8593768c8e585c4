//! A place in an order, as a text that leaves the program and comes back.

use std::fmt;
use std::str::FromStr;

use bytes::BytesMut;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

use super::letters;
use super::order::WIDTH;
use crate::ast::OrderBy;
use crate::error::{CursorFault, Error, Result};
use crate::types::{IsNull, Param};

/// Where a page begins: an opaque text.
///
/// It is tied to the model and the order of the query that made it, with the values in
/// that order, and to nothing else: filters, includes, projections and the size of the
/// page may be others the next time. It holds the values that the row at that place is
/// sorted by, its key among them, in a form that anybody can read; it stays good when
/// that row is gone. [`signed_by`](super::Pages::signed_by) makes cursors that nobody
/// else can write. `Debug` does not show it, for what it holds are values.
///
/// ```
/// use orm_core::query::PageCursor;
///
/// let error = "not-a-cursor".parse::<PageCursor>().unwrap_err();
/// assert!(error.is_cursor_refused());
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PageCursor(String);

/// What a page begins at: a [`PageCursor`], or one that may be missing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not where a page begins",
    label = "expected a `PageCursor`, or an `Option` of one",
    note = "a text becomes one by `text.parse::<orm::query::PageCursor>()?`"
)]
pub trait IntoCursor {
    /// The cursor, if there is one.
    fn into_cursor(self) -> Option<PageCursor>;
}

#[diagnostic::do_not_recommend]
impl IntoCursor for PageCursor {
    fn into_cursor(self) -> Option<PageCursor> {
        Some(self)
    }
}

#[diagnostic::do_not_recommend]
impl IntoCursor for &PageCursor {
    fn into_cursor(self) -> Option<PageCursor> {
        Some(self.clone())
    }
}

#[diagnostic::do_not_recommend]
impl<C: IntoCursor> IntoCursor for Option<C> {
    fn into_cursor(self) -> Option<PageCursor> {
        self.and_then(C::into_cursor)
    }
}

/// The first byte of every cursor.
const VERSION: u8 = 1;

const BACKWARDS: u8 = 1;
const AT_IT: u8 = 2;
const SIGNED: u8 = 4;

/// How many bytes show that a cursor is whole, and that it is ours.
const CHECK: usize = 8;
const SIGNATURE: usize = 16;

/// Where a page begins, from there.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub(super) values: Vec<Param>,
    pub(super) backwards: bool,
    /// Whether a row exactly there is on the page.
    pub(super) at_it: bool,
}

/// What ties cursors to an order, and to those who may write them.
#[derive(Clone)]
pub(super) struct Seal {
    pub(super) model: &'static str,
    pub(super) order: [u8; WIDTH],
    pub(super) secret: Option<Vec<u8>>,
}

/// The secret is not shown.
impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", self.model)
    }
}

impl PageCursor {
    /// A place, as a text.
    ///
    /// # Errors
    /// When a value is of a type that has no form outside of its database.
    pub(super) fn new(place: &Place, terms: &[OrderBy], seal: &Seal) -> Result<Self> {
        let mut bytes = BytesMut::with_capacity(64);
        let flags = [
            (place.backwards, BACKWARDS),
            (place.at_it, AT_IT),
            (seal.secret.is_some(), SIGNED),
        ];
        let flags = flags.iter().filter(|(is, _)| *is).map(|(_, flag)| flag);
        bytes.extend_from_slice(&[VERSION, flags.sum()]);
        bytes.extend_from_slice(&seal.order);
        for (term, value) in terms.iter().zip(&place.values) {
            keep(term, value, &mut bytes).ok_or_else(|| {
                Error::usage(format!(
                    "{}: a page cannot be sorted by values of this type, which no cursor can hold; sort by a text, a number, a date or a time",
                    seal.model
                ))
            })?;
        }
        match &seal.secret {
            None => {
                let check = check(&bytes);
                bytes.extend_from_slice(&check);
            }
            Some(secret) => {
                let signature = signature(secret, &bytes);
                bytes.extend_from_slice(&signature);
            }
        }
        Ok(PageCursor(letters::written(&bytes)))
    }

    /// The place in an order that it says.
    ///
    /// # Errors
    /// When it is of another order or model, or not signed as asked for.
    pub(super) fn place(&self, terms: &[OrderBy], seal: &Seal) -> Result<Place> {
        let refused = |fault| Err(Error::cursor(fault, Some(seal.model)));
        let Some(bytes) = letters::read(&self.0) else {
            return refused(CursorFault::NotWhole);
        };
        let (flags, body) = match whole(&bytes) {
            Ok(whole) => whole,
            Err(fault) => return refused(fault),
        };
        match (&seal.secret, flags & SIGNED != 0) {
            (None, false) => {}
            (None, true) => return refused(CursorFault::Signed),
            (Some(_), false) => return refused(CursorFault::Unsigned),
            (Some(secret), true) => {
                let (signed, given) = bytes.split_at(bytes.len() - SIGNATURE);
                let ours = signature(secret, signed);
                let differs = ours.iter().zip(given);
                // Looks at every byte, so that time tells nothing.
                if differs.fold(0, |seen, (ours, theirs)| seen | (ours ^ theirs)) != 0 {
                    return refused(CursorFault::NotOurs);
                }
            }
        }
        let (order, mut kept) = body.split_at(WIDTH.min(body.len()));
        if order != seal.order {
            return refused(CursorFault::OtherOrder);
        }
        let mut values = Vec::with_capacity(terms.len());
        for term in terms {
            match parse(term, &mut kept) {
                Some(value) => values.push(value),
                None => return refused(CursorFault::NotWhole),
            }
        }
        if !kept.is_empty() {
            return refused(CursorFault::NotWhole);
        }
        Ok(Place {
            values,
            backwards: flags & BACKWARDS != 0,
            at_it: flags & AT_IT != 0,
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The flags of a cursor that is whole, and what is between them and the check.
fn whole(bytes: &[u8]) -> Result<(u8, &[u8]), CursorFault> {
    let (&[version, flags], rest) = bytes
        .split_first_chunk::<2>()
        .ok_or(CursorFault::NotWhole)?;
    if version != VERSION {
        return Err(CursorFault::NotWhole);
    }
    if flags & SIGNED != 0 {
        let length = rest.len().checked_sub(SIGNATURE);
        return length
            .map(|length| (flags, &rest[..length]))
            .ok_or(CursorFault::NotWhole);
    }
    let (body, given) = rest
        .split_last_chunk::<CHECK>()
        .ok_or(CursorFault::NotWhole)?;
    match check(&bytes[..bytes.len() - CHECK]) == *given {
        true => Ok((flags, body)),
        false => Err(CursorFault::NotWhole),
    }
}

/// NULL is a zero; before any other value stands its length and one.
fn keep(term: &OrderBy, value: &Param, out: &mut BytesMut) -> Option<()> {
    let mut bytes = BytesMut::new();
    match term.sorted?.keep(value, &mut bytes)? {
        IsNull::Yes => out.extend_from_slice(&0_u32.to_be_bytes()),
        IsNull::No => {
            let length = u32::try_from(bytes.len()).ok()?.checked_add(1)?;
            out.extend_from_slice(&length.to_be_bytes());
            out.extend_from_slice(&bytes);
        }
    }
    Some(())
}

fn parse(term: &OrderBy, kept: &mut &[u8]) -> Option<Param> {
    let (length, rest) = kept.split_first_chunk::<4>()?;
    let sorted = term.sorted?;
    let Some(length) = u32::from_be_bytes(*length).checked_sub(1) else {
        *kept = rest;
        return sorted.nullable.then_some(Param::Null);
    };
    let length = usize::try_from(length).ok()?;
    let (raw, rest) = rest.split_at_checked(length)?;
    *kept = rest;
    sorted.parse(raw)
}

/// Shows that nothing was lost or changed on the way.
fn check(bytes: &[u8]) -> [u8; CHECK] {
    first(&Sha256::digest(bytes))
}

/// Shows that somebody wrote it who knows the secret: HMAC with SHA-256.
fn signature(secret: &[u8], bytes: &[u8]) -> [u8; SIGNATURE] {
    const BLOCK: usize = 64;
    let mut key = [0; BLOCK];
    match secret.len() <= BLOCK {
        true => key[..secret.len()].copy_from_slice(secret),
        false => key[..32].copy_from_slice(&Sha256::digest(secret)),
    }
    let padded = |with: u8| key.map(|byte| byte ^ with);
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(bytes);
    let outer = Sha256::new()
        .chain_update(padded(0x5c))
        .chain_update(inner.finalize());
    first(&outer.finalize())
}

fn first<const N: usize>(bytes: &[u8]) -> [u8; N] {
    let mut first = [0; N];
    first.copy_from_slice(&bytes[..N]);
    first
}

impl FromStr for PageCursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let bytes = letters::read(text).ok_or(CursorFault::NotWhole);
        match bytes.and_then(|bytes| whole(&bytes).map(drop)) {
            Ok(()) => Ok(PageCursor(text.to_owned())),
            Err(fault) => Err(Error::cursor(fault, None)),
        }
    }
}

impl fmt::Display for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PageCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageCursor(..)")
    }
}

impl Serialize for PageCursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for PageCursor {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
