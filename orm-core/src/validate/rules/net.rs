//! Addresses of the network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::number::is_digits;
use super::text::each;

pub(in crate::validate) fn ip(text: &str) -> bool {
    ipv4(text) || ipv6(text)
}

pub(in crate::validate) fn ipv4(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

pub(in crate::validate) fn ipv6(text: &str) -> bool {
    let (address, zone) = text.split_once('%').unwrap_or((text, "0"));
    let zone_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    address.parse::<Ipv6Addr>().is_ok() && each(zone, zone_char)
}

pub(in crate::validate) fn ip_range(text: &str) -> bool {
    let Some((address, prefix)) = text.split_once('/') else {
        return false;
    };
    let widest = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    let plain = is_digits(prefix) && (prefix == "0" || !prefix.starts_with('0'));
    plain && prefix.parse::<u8>().is_ok_and(|bits| bits <= widest)
}

pub(in crate::validate) fn mac_address(text: &str) -> bool {
    let groups = |separator: char, counts: [usize; 2], width: usize| {
        counts.contains(&text.split(separator).count())
            && text
                .split(separator)
                .all(|group| group.len() == width && each(group, |c| c.is_ascii_hexdigit()))
    };
    groups(':', [6, 8], 2) || groups('-', [6, 8], 2) || groups('.', [3, 4], 4)
}

pub(in crate::validate) fn fqdn(text: &str) -> bool {
    host_name(text)
        && text.rsplit_once('.').is_some_and(|(_, top)| {
            let letters = |c: char| c.is_ascii_alphabetic() || !c.is_ascii();
            is_ace(top) || (top.chars().count() >= 2 && top.chars().all(letters))
        })
}

/// Labels of letters, digits and inner hyphens, joined by dots; not an address in numbers.
pub(super) fn host_name(text: &str) -> bool {
    text.len() <= 253
        && text.split('.').all(is_label)
        && text.rsplit('.').next().is_some_and(|last| !is_digits(last))
}

fn is_label(label: &str) -> bool {
    label.len() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && each(label, |c| {
            c.is_ascii_alphanumeric() || c == '-' || is_foreign(c)
        })
}

/// A label in its ASCII form of RFC 5890.
fn is_ace(label: &str) -> bool {
    label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
        && label.len() > 4
}

/// A character that may stand in an internationalised label, roughly RFC 5892:
/// letters, digits and combining marks, without punctuation, formats and wide forms.
pub(super) fn is_foreign(c: char) -> bool {
    c >= '\u{A1}'
        && !c.is_whitespace()
        && !c.is_control()
        && !matches!(c,
            '\u{A1}'..='\u{B6}' | '\u{B8}'..='\u{BF}' | '\u{D7}' | '\u{F7}'
            | '\u{2000}'..='\u{206F}' | '\u{2E00}'..='\u{2E7F}' | '\u{3000}'..='\u{3004}'
            | '\u{3008}'..='\u{3020}' | '\u{D7FC}'..='\u{F8FF}' | '\u{FE00}'..='\u{FE1F}'
            | '\u{FE30}'..='\u{FE6F}' | '\u{FEFF}'..='\u{FFEF}' | '\u{FFF0}'..='\u{FFFF}'
            | '\u{E0000}'..)
}
