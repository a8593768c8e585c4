//! Mail addresses.

use email_address::{EmailAddress, Options};

use super::encoding::percent_decoded;
use super::net;

/// An address and nothing else, at a name with a dot in it. What else a minor
/// version of the parser may come to ask for is as it likes.
fn bare_address() -> Options {
    Options {
        minimum_sub_domains: 2,
        allow_domain_literal: false,
        allow_display_text: false,
        ..Options::default()
    }
}

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
        && EmailAddress::parse_with_options(&ascii_image(text), bare_address()).is_ok()
}

/// The address with `x` for each character that RFC 6531 adds to RFC 5321's
/// letters: the parser knows those grammars' ASCII half, but not combining marks.
fn ascii_image(text: &str) -> String {
    text.chars()
        .map(|c| if net::is_foreign(c) { 'x' } else { c })
        .collect()
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
