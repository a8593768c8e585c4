//! What holds for every text: no rule panics, and a check digit notices one wrong digit.

use proptest::prelude::*;

use super::accepts;
use crate::validate::{Bound, Format, HashKind, Literal, Rule, UrlOptions, View};

/// Every rule that looks into a text.
fn rules() -> impl Iterator<Item = Rule> {
    const WITH_ARGUMENTS: [Rule; 22] = [
        Rule::NotEmpty,
        Rule::Len { min: 1, max: 5 },
        Rule::MinLength(2),
        Rule::MaxLength(2),
        Rule::ByteLength { min: 1, max: 5 },
        Rule::Min(Bound::Int(0)),
        Rule::DivisibleBy(0),
        Rule::Equals(Literal::Text("a")),
        Rule::OneOf(&[Literal::Text("a")]),
        Rule::NotOneOf(&[Literal::Text("a")]),
        Rule::Contains("a"),
        Rule::NotContains("a"),
        Rule::Is("a+"),
        Rule::Not("("),
        Rule::After("2011-11-05"),
        Rule::Before("not a date"),
        Rule::Url(UrlOptions::DEFAULT),
        Rule::Url(UrlOptions {
            allow_local: true,
            ..UrlOptions::DEFAULT
        }),
        Rule::Uuid(None),
        Rule::Uuid(Some(4)),
        Rule::Hash(HashKind::Sha256),
        Rule::PostalCode("GB"),
    ];
    WITH_ARGUMENTS
        .into_iter()
        .chain(Format::ALL.iter().map(|format| Rule::Format(*format)))
}

/// The text with the character at `place` one further within its own class.
fn disturbed(text: &str, place: usize) -> String {
    let turn = |byte: u8| match byte {
        b'0'..=b'8' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'Z' => b'A',
        other => other,
    };
    let place = place % text.len();
    text.bytes()
        .enumerate()
        .map(|(at, byte)| char::from(if at == place { turn(byte) } else { byte }))
        .collect()
}

/// The first digit or letter that completes the text, tried in turn: the
/// definition of a check digit without its arithmetic.
fn completed(format: Format, body: &str, last: &[char]) -> Vec<String> {
    last.iter()
        .map(|digit| format!("{body}{digit}"))
        .filter(|text| accepts(Rule::Format(format), text))
        .collect()
}

const DIGITS: [char; 10] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

proptest! {
    #[test]
    fn no_text_makes_a_rule_panic(text in any::<String>()) {
        for rule in rules() {
            let _ = accepts(rule, &text);
        }
    }

    // Texts that get past the first hurdle of the parsers, and then go astray.
    #[test]
    fn no_near_miss_makes_a_rule_panic(text in "[-0-9A-Za-z:@./%?=&,;+#é😀TWZ \\[\\](){}\"'_]{0,48}") {
        for rule in rules() {
            let _ = accepts(rule, &text);
        }
        for start in ["data:", "mailto:", "magnet:?xt=urn:", "http://", "bc1", "0x", "2011-11-05T", "xn--", "GB82"] {
            let text = format!("{start}{text}");
            for rule in rules() {
                let _ = accepts(rule, &text);
            }
        }
    }

    #[test]
    fn null_passes_every_rule(_ in 0..1_u8) {
        prop_assert!(rules().all(|rule| rule.check(&View::Null)));
    }

    #[test]
    fn exactly_one_luhn_digit_fits(body in "[1-9][0-9]{11,17}", place in any::<usize>()) {
        for format in [Format::Luhn, Format::CreditCard] {
            let sound = completed(format, &body, &DIGITS);
            prop_assert_eq!(sound.len(), 1);
            prop_assert!(!accepts(Rule::Format(format), &disturbed(&sound[0], place)));
        }
    }

    #[test]
    fn one_wrong_digit_spoils_an_ean(body in "[0-9]{12}", place in any::<usize>()) {
        let sound = completed(Format::Ean, &body, &DIGITS);
        prop_assert_eq!(sound.len(), 1);
        prop_assert!(!accepts(Rule::Format(Format::Ean), &disturbed(&sound[0], place)));
    }

    #[test]
    fn one_wrong_digit_spoils_an_isbn_or_issn(body in "[0-9]{9}", place in 0..7_usize) {
        let last = [DIGITS.as_slice(), &['X']].concat();
        for (format, body) in [(Format::Isbn, body.as_str()), (Format::Issn, &body[..7])] {
            let sound = completed(format, body, &last);
            prop_assert_eq!(sound.len(), 1);
            prop_assert!(!accepts(Rule::Format(format), &disturbed(&sound[0], place)));
        }
    }

    #[test]
    fn one_wrong_digit_spoils_a_routing_number(body in "0[1-9][0-9]{6}", place in 2..9_usize) {
        let sound = completed(Format::AbaRouting, &body, &DIGITS);
        prop_assert_eq!(sound.len(), 1);
        prop_assert!(!accepts(Rule::Format(Format::AbaRouting), &disturbed(&sound[0], place)));
    }

    #[test]
    fn one_wrong_character_spoils_an_iban(bank in "[A-Z]{4}", account in "[0-9]{14}", place in 2..22_usize) {
        let sound: Vec<_> = (2..=98)
            .map(|check| format!("GB{check:02}{bank}{account}"))
            .filter(|text| accepts(Rule::Format(Format::Iban), text))
            .collect();
        prop_assert_eq!(sound.len(), 1);
        prop_assert!(!accepts(Rule::Format(Format::Iban), &disturbed(&sound[0], place)));
    }

    #[test]
    fn lengths_agree_with_characters(text in any::<String>(), limit in 0..40_usize) {
        let count = text.chars().count();
        prop_assert_eq!(accepts(Rule::MinLength(limit), &text), count >= limit);
        prop_assert_eq!(accepts(Rule::MaxLength(limit), &text), count <= limit);
    }

    #[test]
    fn limits_agree_with_the_order_of_integers(value in any::<i64>(), bound in any::<i64>()) {
        prop_assert_eq!(Rule::Min(Bound::Int(bound)).check(&View::Int(value)), value >= bound);
        prop_assert_eq!(Rule::Max(Bound::Int(bound)).check(&View::Int(value)), value <= bound);
    }

    // i128 holds every i64 and every float of this range exactly.
    #[test]
    fn integers_and_floats_compare_without_rounding(value in any::<i64>(), near in -3..=3_i64) {
        let float = value as f64 + near as f64;
        let at_least = i128::from(value) >= float as i128;
        prop_assert_eq!(Rule::Min(Bound::Float(float)).check(&View::Int(value)), at_least);
        let at_most = float as i128 <= i128::from(value);
        prop_assert_eq!(Rule::Max(Bound::Int(value)).check(&View::Float(float)), at_most);
    }

    #[test]
    fn written_numbers_are_numbers(value in any::<i64>(), float in any::<f64>()) {
        prop_assert!(accepts(Rule::Format(Format::Int), &value.to_string()));
        prop_assert_eq!(accepts(Rule::Format(Format::Float), &format!("{float:e}")), float.is_finite());
    }

    #[test]
    fn printed_dates_are_dates(seconds in 0..4_000_000_000_i64) {
        let printed = chrono::DateTime::from_timestamp(seconds, 0).expect("in range").to_rfc3339();
        for format in [Format::Date, Format::Iso8601, Format::Rfc3339] {
            prop_assert!(accepts(Rule::Format(format), &printed));
        }
    }
}
