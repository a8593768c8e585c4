//! Texts beyond ASCII: their case, and patterns.

use std::borrow::Cow;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::{Answer, Computed, Refusal, strict, text};

pub(super) fn register(connection: &Connection) -> Result<()> {
    strict(connection, "orm_lower", 1, |given| {
        Ok(folded(given, |c| only(c, c.to_lowercase())))
    })?;
    strict(connection, "orm_upper", 1, |given| {
        Ok(folded(given, |c| only(c, c.to_uppercase())))
    })?;
    strict(connection, "orm_like", 2, |given| {
        matched(given, Cow::Borrowed)
    })?;
    strict(connection, "orm_ilike", 2, |given| {
        matched(given, |text| Cow::Owned(lower(text)))
    })
}

fn folded(given: &[ValueRef<'_>], fold: impl Fn(char) -> char) -> Answer {
    match text(&given[0]) {
        Some(text) => Answer::Text(text.chars().map(fold).collect()),
        None => Answer::Null,
    }
}

/// A letter whose other case is one letter too: `ß` stays as it is, as on a server.
fn only(letter: char, mut other: impl Iterator<Item = char>) -> char {
    match (other.next(), other.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

fn lower(text: &str) -> String {
    text.chars().map(|c| only(c, c.to_lowercase())).collect()
}

fn matched<'v>(given: &[ValueRef<'v>], form: impl Fn(&'v str) -> Cow<'v, str>) -> Computed<Answer> {
    let (Some(subject), Some(pattern)) = (text(&given[0]), text(&given[1])) else {
        return Ok(Answer::Null);
    };
    like(form(subject).as_bytes(), form(pattern).as_bytes()).map(Answer::truth)
}

/// Whether a text matches a pattern: `%` is any text, `_` any character, and `\` takes
/// the next one literally.
pub(super) fn like(text: &[u8], pattern: &[u8]) -> Computed<bool> {
    let (mut at, mut next) = (0, 0);
    // Behind the last `%`: where the pattern goes on, and from where on the text is tried.
    let mut retry: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(next) {
            Some(b'%') => {
                retry = Some((next + 1, at));
                next += 1;
                continue;
            }
            None if at == text.len() => return Ok(true),
            None => None,
            Some(b'_') => (at < text.len()).then(|| (width(text, at), 1)),
            Some(b'\\') => {
                let literal = pattern.get(next + 1).ok_or(Refusal::EscapesNothing)?;
                (text.get(at) == Some(literal)).then_some((1, 2))
            }
            Some(literal) => (text.get(at) == Some(literal)).then_some((1, 1)),
        };
        if let Some((of_text, of_pattern)) = step {
            at += of_text;
            next += of_pattern;
            continue;
        }
        match &mut retry {
            Some((after, from)) if *from < text.len() => {
                *from += width(text, *from);
                (at, next) = (*from, *after);
            }
            _ => return Ok(false),
        }
    }
}

/// The bytes of the character that begins there.
fn width(text: &[u8], at: usize) -> usize {
    let rest = &text[at + 1..];
    1 + rest.iter().take_while(|&&byte| byte & 0xC0 == 0x80).count()
}
