//! Mail addresses.

use super::encoding::percent_decoded;
use super::net;
use super::text::each;

/// The lengths that RFC 5321 section 4.5.3.1 gives a local part and a path.
const LONGEST_LOCAL_PART: usize = 64;
const LONGEST_ADDRESS: usize = 254;

pub(in crate::validate) fn email(text: &str) -> bool {
    let Some((local_part, domain)) = text.rsplit_once('@') else {
        return false;
    };
    text.len() <= LONGEST_ADDRESS
        && local_part.len() <= LONGEST_LOCAL_PART
        && net::fqdn(domain)
        && is_local_part(local_part)
}

/// Atoms joined by dots, or a quoted string (RFC 5321 section 4.1.2), with the
/// letters that RFC 6531 adds to both.
fn is_local_part(text: &str) -> bool {
    match text.strip_prefix('"') {
        Some(quoted) => quoted.strip_suffix('"').is_some_and(is_quoted),
        None => text.split('.').all(|atom| each(atom, is_atom_char)),
    }
}

fn is_atom_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c) || net::is_foreign(c)
}

/// Visible characters, spaces and tabs, a backslash before each quote and backslash.
fn is_quoted(text: &str) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let fits = match c {
            '\\' => chars
                .next()
                .is_some_and(|c| c.is_ascii_graphic() || net::is_foreign(c)),
            '"' => false,
            ' ' | '\t' => true,
            _ => c.is_ascii_graphic() || net::is_foreign(c),
        };
        if !fits {
            return false;
        }
    }
    !text.is_empty()
}

pub(in crate::validate) fn mailto_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let (to, fields) = match rest.split_once('?') {
        Some((to, fields)) => (to, Some(fields)),
        None => (rest, None),
    };
    let addressed = |field: &str| field_name(field).eq_ignore_ascii_case("to");
    scheme.eq_ignore_ascii_case("mailto")
        && (addresses(to) || to.is_empty() && fields.is_some_and(|f| f.split('&').any(addressed)))
        && fields.is_none_or(|fields| fields.split('&').all(is_field))
}

fn addresses(list: &str) -> bool {
    list.split(',')
        .all(|address| decoded_text(address).is_some_and(|address| email(&address)))
}

fn decoded_text(text: &str) -> Option<String> {
    percent_decoded(text).and_then(|bytes| String::from_utf8(bytes).ok())
}

fn field_name(field: &str) -> &str {
    field.split_once('=').map_or("", |(name, _)| name)
}

/// `name=value`; the values of the address fields are addresses.
fn is_field(field: &str) -> bool {
    let Some((name, value)) = field.split_once('=') else {
        return false;
    };
    match name.to_ascii_lowercase().as_str() {
        "" => false,
        "to" | "cc" | "bcc" => addresses(value),
        _ => decoded_text(name).is_some() && decoded_text(value).is_some(),
    }
}
