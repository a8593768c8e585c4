//! Rules with arguments, on every kind of value.

use chrono::NaiveDate;
use uuid::Uuid;

use super::accepts;
use crate::types::ColumnType as _;
use crate::validate::{
    Bound, Check, Custom, Format, HashKind, Literal, Rule, UrlOptions, ValueKind, View,
};

const KINDS: [ValueKind; 13] = [
    ValueKind::Bool,
    ValueKind::Int,
    ValueKind::Float,
    ValueKind::Decimal,
    ValueKind::Text,
    ValueKind::Bytes,
    ValueKind::Uuid,
    ValueKind::Date,
    ValueKind::Time,
    ValueKind::Timestamp,
    ValueKind::DateTime,
    ValueKind::Array,
    ValueKind::Other,
];

fn decimal(text: &str) -> View<'static> {
    View::Decimal(text.parse().expect("a decimal"))
}

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2011, 11, day).expect("a day of November")
}

// What the derive relies on: all of this is known before any value exists.
const _: () = {
    assert!(Rule::NotEmpty.applies_to(ValueKind::Array));
    assert!(!Rule::Min(Bound::Int(0)).applies_to(ValueKind::Text));
    assert!(!Rule::OneOf(&[Literal::Text("a"), Literal::Int(1)]).applies_to(ValueKind::Text));
    assert!(Rule::Min(Bound::Float(f64::NAN)).flaw().is_some());
    assert!(Rule::After("2011-11-05T10:00:00+02:00").flaw().is_none());
    assert!(Rule::PostalCode("XX").flaw().is_some());
    assert!(Rule::MaxLength(5).as_check().is_some());
};

#[test]
fn lengths_count_characters_octets_or_elements() {
    let rule = Rule::Len { min: 2, max: 3 };
    for (value, sound) in [
        (View::Text("é"), false),
        (View::Text("éé"), true),
        (View::Text("éééé"), false),
        (View::Bytes(b"\xFF"), false),
        (View::Bytes(b"\xFF\0"), true),
        (View::Len(1), false),
        (View::Len(3), true),
    ] {
        assert_eq!(rule.check(&value), sound, "{value:?}");
    }
    assert!(Rule::MinLength(2).check(&View::Len(900)) && !Rule::MinLength(2).check(&View::Len(1)));
    assert!(Rule::MaxLength(2).check(&View::Len(0)) && !Rule::MaxLength(2).check(&View::Len(3)));
    assert!(accepts(Rule::ByteLength { min: 2, max: 2 }, "é"));
    assert!(!accepts(Rule::ByteLength { min: 2, max: 2 }, "éé"));
}

#[test]
fn not_empty_wants_an_element() {
    assert!(Rule::NotEmpty.check(&View::Bytes(b" ")) && !Rule::NotEmpty.check(&View::Bytes(b"")));
    assert!(Rule::NotEmpty.check(&View::Len(1)) && !Rule::NotEmpty.check(&View::Len(0)));
    // No-break and ideographic spaces are white space too.
    assert!(!accepts(Rule::NotEmpty, "\u{A0}\u{3000}"));
}

#[test]
fn constants_equal_values_of_their_kind_only() {
    let one = Rule::Equals(Literal::Int(1));
    assert!(one.check(&View::Int(1)) && one.check(&decimal("1.0")) && one.check(&View::Float(1.0)));
    assert!(!one.check(&View::Text("1")) && !one.check(&View::Bool(true)));
    assert!(Rule::Equals(Literal::Bool(true)).check(&View::Bool(true)));
    assert!(!Rule::Equals(Literal::Bool(true)).check(&View::Bool(false)));
    const SIZES: &[Literal] = &[Literal::Int(1), Literal::Int(2)];
    assert!(Rule::OneOf(SIZES).check(&View::Int(2)) && !Rule::OneOf(SIZES).check(&View::Int(3)));
    assert!(
        Rule::NotOneOf(SIZES).check(&View::Int(3)) && !Rule::NotOneOf(SIZES).check(&View::Int(2))
    );
    // Nor is a value of another kind "none of them".
    assert!(!Rule::NotOneOf(SIZES).check(&View::Text("3")));
}

#[test]
fn patterns_search_unless_anchored() {
    assert!(accepts(Rule::Is("b+"), "abbc") && !accepts(Rule::Is("^b+$"), "abbc"));
    assert!(accepts(Rule::Not("^b+$"), "abbc") && !accepts(Rule::Not("b+"), "abbc"));
    assert!(accepts(Rule::Is(r"(?i)^\p{L}+$"), "Ünï"));
}

#[test]
fn a_broken_pattern_accepts_nothing() {
    for _ in 0..2 {
        assert!(!accepts(Rule::Is("("), "(") && !accepts(Rule::Not("("), "("));
    }
}

#[test]
fn before_and_after_know_every_kind_of_date() {
    let noon = day(5).and_hms_opt(12, 0, 0).expect("noon");
    let (after, before) = (Rule::After("2011-11-05"), Rule::Before("2011-11-05T12:00Z"));
    for (value, is_after, is_before) in [
        (day(4).to_param().view(), false, true),
        (day(5).to_param().view(), false, true),
        (day(6).to_param().view(), true, false),
        (noon.to_param().view(), true, false),
        (noon.and_utc().to_param().view(), true, false),
        (View::Text("2011-11-05T11:59:59.999999999Z"), true, true),
        (View::Text("2011-11-05T13:59+02:00"), true, true),
        (View::Text("2011-11-05T14:00+02:00"), true, false),
        (View::Text("2011-11-05T01:00+02:00"), false, true),
        (View::Text("2011-11-05T08:00:00,5-0330"), true, true),
        (View::Text("yesterday"), false, false),
    ] {
        assert_eq!(
            (after.check(&value), before.check(&value)),
            (is_after, is_before),
            "{value:?}"
        );
    }
}

#[test]
fn a_uuid_is_judged_by_version() {
    let v4 = Uuid::from_u128(0xa0ee_bc99_9c0b_4ef8_bb6d_6bb9_bd38_0a11);
    assert!(Rule::Uuid(None).check(&View::Uuid([0; 16])));
    assert!(Rule::Uuid(Some(4)).check(&View::Uuid(v4.into_bytes())));
    assert!(!Rule::Uuid(Some(7)).check(&View::Uuid(v4.into_bytes())));
    let any = Rule::Uuid(None);
    assert!(accepts(any, "018f3b6e-7c00-7000-8000-000000000000"));
    assert!(!accepts(any, "{18f3b6e-7c00-7000-8000-00000000000}") && !accepts(any, "x"));
    // The right version digit in the wrong variant.
    assert!(!accepts(
        Rule::Uuid(Some(4)),
        "a0eebc99-9c0b-4ef8-7b6d-6bb9bd380a11"
    ));
}

#[test]
fn url_options_widen_and_narrow() {
    let local = Rule::Url(UrlOptions {
        allow_local: true,
        ..UrlOptions::DEFAULT
    });
    let strict = Rule::Url(UrlOptions {
        require_scheme: true,
        ..UrlOptions::DEFAULT
    });
    let web_socket = Rule::Url(UrlOptions {
        schemes: &["wss"],
        ..UrlOptions::DEFAULT
    });
    for (url, by_default, if_local, if_strict) in [
        ("http://localhost:3000/x", false, true, false),
        ("http://db.internal.9", false, false, false),
        ("foo.com/x?y=z#w", true, true, false),
        ("foo.com:8080", true, true, false),
        ("HTTPS://foo.com", true, true, true),
        ("http://exämple.com/ä", true, true, true),
        ("http://[::1]:80/", true, true, true),
        ("http://foo.com:0/", false, false, false),
        ("http://foo.com:65535/", true, true, true),
        ("http://foo.com:65536/", false, false, false),
        ("http://foo_bar.com", false, false, false),
        ("http://-foo.com", false, false, false),
        ("http://foo..com", false, false, false),
        ("http://foo.com/a b", false, false, false),
        ("http://foo.com/%zz", false, false, false),
        ("http://256.1.1.1", false, false, false),
        ("http://", false, false, false),
        ("user:pw@foo.com", false, false, false),
        ("javascript://foo.com/%0Aalert(1)", false, false, false),
        ("wss://foo.com", false, false, false),
        ("", false, false, false),
    ] {
        let verdicts =
            [Rule::Url(UrlOptions::DEFAULT), local, strict].map(|rule| accepts(rule, url));
        assert_eq!(verdicts, [by_default, if_local, if_strict], "{url}");
    }
    assert!(accepts(web_socket, "wss://foo.com") && !accepts(web_socket, "https://foo.com"));
}

#[test]
fn digests_have_the_length_of_their_algorithm() {
    for (kind, digits) in [
        (HashKind::Crc32, 8),
        (HashKind::Md5, 32),
        (HashKind::Sha1, 40),
        (HashKind::Sha224, 56),
        (HashKind::Sha256, 64),
        (HashKind::Sha384, 96),
        (HashKind::Sha512, 128),
    ] {
        assert!(accepts(Rule::Hash(kind), &"aF".repeat(digits / 2)));
        assert!(!accepts(Rule::Hash(kind), &"a".repeat(digits - 1)));
        assert!(!accepts(Rule::Hash(kind), &"g".repeat(digits)));
    }
}

#[test]
fn formats_that_a_type_implies_accept_the_type() {
    let format = |format| Rule::Format(format);
    for (rule, value, sound) in [
        (format(Format::Int), View::Int(-3), true),
        (format(Format::Int), View::Float(3.0), true),
        (format(Format::Int), View::Float(3.5), false),
        (format(Format::Int), View::Float(f64::INFINITY), false),
        (format(Format::Int), decimal("3.00"), true),
        (format(Format::Int), decimal("3.01"), false),
        (format(Format::Float), View::Float(f64::NAN), false),
        (format(Format::Decimal), decimal("3.01"), true),
        (format(Format::Port), View::Int(0), false),
        (format(Format::Port), View::Int(65_535), true),
        (format(Format::Port), View::Int(65_536), false),
        (format(Format::Boolean), View::Bool(false), true),
        (format(Format::Date), day(5).to_param().view(), true),
        (format(Format::Time), View::Time(0), true),
        (format(Format::Email), View::Int(1), false),
    ] {
        assert_eq!(rule.check(&value), sound, "{} {value:?}", rule.name());
    }
}

#[test]
fn a_custom_rule_is_a_name_and_a_function() {
    fn even(value: &View<'_>) -> bool {
        matches!(value, View::Int(number) if number % 2 == 0)
    }
    let rule = Rule::Custom(Custom::new("even", even));
    assert!(rule.check(&View::Int(2)) && !rule.check(&View::Int(3)) && rule.check(&View::Null));
    assert_eq!(
        (rule.name(), rule),
        ("even", Rule::Custom(Custom::new("even", even)))
    );
    assert_eq!(format!("{rule:?}"), r#"Custom(Custom("even"))"#);
}

#[test]
fn limits_lengths_and_choices_become_checks() {
    const SIZES: &[Literal] = &[Literal::Int(1)];
    for (rule, check) in [
        (Rule::Min(Bound::Int(0)), Some(Check::Min(Bound::Int(0)))),
        (
            Rule::Max(Bound::Decimal("1.5")),
            Some(Check::Max(Bound::Decimal("1.5"))),
        ),
        (
            Rule::Len { min: 2, max: 200 },
            Some(Check::Len {
                min: 2,
                max: Some(200),
            }),
        ),
        (Rule::MinLength(2), Some(Check::Len { min: 2, max: None })),
        (
            Rule::MaxLength(9),
            Some(Check::Len {
                min: 0,
                max: Some(9),
            }),
        ),
        (Rule::OneOf(SIZES), Some(Check::OneOf(SIZES))),
        (Rule::NotEmpty, None),
        (Rule::NotOneOf(SIZES), None),
        (Rule::Format(Format::Email), None),
    ] {
        assert_eq!(rule.as_check(), check);
    }
}

#[test]
fn flaws_are_found_without_a_value() {
    for (rule, sound) in [
        (Rule::Len { min: 3, max: 2 }, false),
        (Rule::ByteLength { min: 3, max: 2 }, false),
        (Rule::Min(Bound::Float(f64::INFINITY)), false),
        (Rule::Max(Bound::Decimal("-19.99")), true),
        (Rule::Max(Bound::Decimal("19.")), false),
        (Rule::Max(Bound::Decimal("1e5")), false),
        (Rule::Max(Bound::Decimal("")), false),
        (
            Rule::Max(Bound::Decimal("12345678901234567890123456789")),
            false,
        ),
        (Rule::DivisibleBy(0), false),
        (Rule::OneOf(&[]), false),
        (Rule::Uuid(Some(9)), false),
        (Rule::Uuid(Some(7)), true),
        (Rule::Before("2011-13-05"), false),
        (Rule::Before("2012-02-29 10:00"), true),
        (Rule::PostalCode("us"), false),
        (Rule::PostalCode("GB"), true),
        (Rule::Format(Format::Email), true),
    ] {
        assert_eq!(rule.flaw().is_none(), sound, "{rule:?}");
    }
}

#[test]
fn what_a_rule_expects_is_what_it_applies_to() {
    for (rule, words, kinds) in [
        (Rule::Min(Bound::Int(0)), "a number", 3),
        (Rule::MaxLength(3), "text, binary data or an array", 3),
        (Rule::Contains("a"), "text", 1),
        (Rule::Equals(Literal::Bool(true)), "a boolean", 1),
        (Rule::OneOf(&[Literal::Text("a")]), "text", 1),
        (Rule::OneOf(&[]), "a list of choices", 0),
        (Rule::After("2011-11-05"), "a date, a timestamp or text", 4),
        (Rule::Uuid(None), "a UUID or text", 2),
        (Rule::DivisibleBy(2), "a whole or decimal number", 2),
        (Rule::Format(Format::Email), "text", 1),
        (Rule::Format(Format::Port), "a whole number or text", 2),
        (Rule::Format(Format::Int), "a number or text", 4),
        (Rule::Format(Format::Time), "a time or text", 2),
    ] {
        assert_eq!(rule.expects(), words);
        assert_eq!(
            KINDS.iter().filter(|kind| rule.applies_to(**kind)).count(),
            kinds,
            "{rule:?}"
        );
    }
}
