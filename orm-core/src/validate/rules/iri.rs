//! The parts of an address, by the grammar of RFC 3986 with the characters of RFC 3987.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::number::is_digits;

/// An address with an authority: `scheme://user@host:port/path?query#fragment`.
pub(in crate::validate) struct Iri<'a> {
    pub(in crate::validate) scheme: &'a str,
    pub(in crate::validate) has_userinfo: bool,
    pub(in crate::validate) host: Host<'a>,
    /// What follows the colon, digits or nothing.
    pub(in crate::validate) port: Option<&'a str>,
}

pub(in crate::validate) enum Host<'a> {
    /// An address in numbers, of either version.
    Ip,
    Name(&'a str),
}

impl<'a> Iri<'a> {
    /// Takes an address apart; `None` if it is none, or has no authority.
    pub(in crate::validate) fn parse(text: &'a str) -> Option<Self> {
        let (scheme, rest) = text.split_once(':')?;
        let rest = rest.strip_prefix("//")?;
        let (rest, fragment) = cut(rest, '#');
        let (rest, query) = cut(rest, '?');
        // The path keeps its first slash, or is empty.
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (userinfo, place) = match authority.split_once('@') {
            Some((userinfo, place)) => (Some(userinfo), place),
            None => (None, authority),
        };
        let (host, port) = host_and_port(place)?;
        let holds = is_scheme(scheme)
            && userinfo.is_none_or(|text| is_made_of(text, |c| c == ':'))
            && port.is_none_or(|port| port.is_empty() || is_digits(port))
            && is_made_of(path, |c| matches!(c, ':' | '@' | '/'))
            && query.is_none_or(|text| {
                is_made_of(text, |c| {
                    matches!(c, ':' | '@' | '/' | '?') || is_private(c)
                })
            })
            && fragment.is_none_or(|text| is_made_of(text, |c| matches!(c, ':' | '@' | '/' | '?')));
        holds.then_some(Self {
            scheme,
            has_userinfo: userinfo.is_some(),
            host,
            port,
        })
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at)
        .map_or((text, None), |(before, after)| (before, Some(after)))
}

fn host_and_port(place: &str) -> Option<(Host<'_>, Option<&str>)> {
    let Some(bracketed) = place.strip_prefix('[') else {
        let (name, port) = cut(place, ':');
        let host = match name.parse::<Ipv4Addr>() {
            Ok(_) => Host::Ip,
            Err(_) => Host::Name(name),
        };
        return is_made_of(name, |_| false).then_some((host, port));
    };
    let (address, after) = bracketed.split_once(']')?;
    let port = match after.strip_prefix(':') {
        None if !after.is_empty() => return None,
        port => port,
    };
    address.parse::<Ipv6Addr>().ok()?;
    Some((Host::Ip, port))
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

/// Whether all characters are unreserved, sub-delimiters, the given ones or `%` with
/// two hexadecimal digits.
fn is_made_of(text: &str, also: impl Fn(char) -> bool) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let fits = match c {
            '%' => (0..2).all(|_| chars.next().is_some_and(|c| c.is_ascii_hexdigit())),
            '-' | '.' | '_' | '~' => true,
            '!' | '$' | '&' | '\'' | '(' | ')' | '*' | '+' | ',' | ';' | '=' => true,
            _ => c.is_ascii_alphanumeric() || is_foreign(c) || also(c),
        };
        if !fits {
            return false;
        }
    }
    true
}

/// RFC 3987's `ucschar`. The last two of each plane are no characters.
fn is_foreign(c: char) -> bool {
    match u32::from(c) {
        0xa0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef => true,
        code @ (0x1_0000..=0xd_ffff | 0xe_1000..=0xe_ffff) => code & 0xffff < 0xfffe,
        _ => false,
    }
}

/// RFC 3987's `iprivate`, for queries alone.
fn is_private(c: char) -> bool {
    match u32::from(c) {
        0xe000..=0xf8ff => true,
        code @ 0xf_0000..=0x10_ffff => code & 0xffff < 0xfffe,
        _ => false,
    }
}
