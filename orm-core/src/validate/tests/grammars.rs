//! Our own grammars beside the parsers of crates that do nothing else.

use chrono::{DateTime, NaiveDate};
use email_address::{EmailAddress, Options};
use fluent_uri::Iri as Their;
use fluent_uri::component::Host as TheirHost;
use proptest::prelude::*;

use super::accepts;
use crate::validate::rules::iri::{Host, Iri};
use crate::validate::{Format, Rule};

/// Whether both take the address apart alike, or both refuse it.
fn agrees(text: &str) -> Result<(), TestCaseError> {
    let their = Their::parse(text).ok().filter(|iri| iri.has_authority());
    let their = their.and_then(|iri| {
        let authority = iri.authority()?;
        let name = match authority.host_parsed() {
            TheirHost::Ipv4 { .. } | TheirHost::Ipv6 { .. } => None,
            TheirHost::RegName(name) => Some(name.as_str().to_owned()),
            _ => return None,
        };
        let port = authority.port().map(|port| port.as_str().to_owned());
        let scheme = iri.scheme().as_str().to_owned();
        Some((scheme, authority.has_userinfo(), name, port))
    });
    let our = Iri::parse(text).map(|iri| {
        let name = match iri.host {
            Host::Ip => None,
            Host::Name(name) => Some(name.to_owned()),
        };
        let port = iri.port.map(str::to_owned);
        (iri.scheme.to_owned(), iri.has_userinfo, name, port)
    });
    prop_assert_eq!(our, their, "{:?}", text);
    Ok(())
}

/// The day of a text in one of ISO 8601's forms, as chrono reads it.
fn day_of(text: &str, form: &str) -> bool {
    NaiveDate::parse_from_str(text, form).is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn addresses_are_taken_apart_as_fluent_uri_does(
        scheme in "[a-zA-Z0-9+.-]{0,4}",
        authority in "[-a-z0-9.:@\\[\\]%!é\u{E000}_~]{0,12}",
        rest in "[/?#a@:%0-9Fé\u{E000}\u{FFFF}\u{1FFFD}\u{1FFFE}\u{F0000} \\[\"<|^]{0,8}",
    ) {
        agrees(&format!("{scheme}://{authority}{rest}"))?;
    }

    #[test]
    fn addresses_in_numbers_are_told_from_names(
        host in "[0-9]{1,3}(\\.[0-9]{1,3}){2,4}|\\[[0-9a-f:.]{2,14}\\]|\\[v1\\.a\\]",
        port in "(:[0-9]{0,6})?",
    ) {
        agrees(&format!("http://{host}{port}/"))?;
    }

    #[test]
    fn local_parts_are_those_of_email_address(
        local_part in "[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~\"(),:;<>@\\[\\] \\\\-]{0,12}|\"[ -~\t\u{7f}]{0,8}\"",
    ) {
        let text = format!("{local_part}@example.com");
        let options = Options { allow_domain_literal: false, allow_display_text: false, ..Options::default() };
        let theirs = EmailAddress::parse_with_options(&text, options).is_ok();
        prop_assert_eq!(accepts(Rule::Format(Format::Email), &text), theirs, "{:?}", text);
    }

    #[test]
    fn times_with_zones_are_those_of_chrono(
        text in "20[0-9]{2}-[01][0-9]-[0-3][0-9][Tt _][0-2][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,10})?([Zz]|[-+][0-3][0-9]:?[0-7][0-9])?",
    ) {
        let theirs = DateTime::parse_from_rfc3339(&text).is_ok();
        prop_assert_eq!(accepts(Rule::Format(Format::Rfc3339), &text), theirs, "{:?}", text);
    }

    #[test]
    fn days_are_those_of_chrono(year in 1..9999_i32, at in 0..400_u32, week in 0..56_u32, day in 0..9_u32) {
        let accepted = |text: &str| accepts(Rule::Format(Format::Iso8601), text);
        let text = format!("{year:04}-{at:03}");
        prop_assert_eq!(accepted(&text), day_of(&text, "%Y-%j"), "{}", text);
        let text = format!("{year:04}-W{week:02}-{day}");
        let is_day = day > 0 && day_of(&text, "%G-W%V-%u");
        prop_assert_eq!(accepted(&text), is_day, "{}", text);
        let (month, day) = (at % 14, week);
        let text = format!("{year:04}-{month:02}-{day:02}");
        prop_assert_eq!(accepted(&text), day_of(&text, "%Y-%m-%d"), "{}", text);
    }
}
