//! What Sequelize's validators say to these texts, and what we say.
//!
//! Where the two differ, the row names the reason; a test sees to it that only
//! those rows differ.

use super::accepts;
use crate::validate::{Bound, Format, Literal, RULES, Rule, UrlOptions, View};

/// Why a verdict differs; `""` where it does not.
type Why = &'static str;

const SAME: Why = "";
const SIGN: Why = "PostgreSQL's numeric reads a plus sign, and so do our other numbers";
const PROSE: Why = "a date is written in ISO 8601; prose means different days in different places";
const NOT_A_DATE: Why = "a lone number is no date";
const NO_SUCH_DAY: Why = "February has no 30th day";
const ANY_JSON: Why = "RFC 8259 lets any value be a JSON text";
const NOT_JSON: Why = "RFC 7519 wants a JSON object in the header and in the claims";
const COERCED: Why = "a text is not a number, whatever it spells; the compiler refuses the pairing";

const FOO_BAR: &[Literal] = &[Literal::Text("foo"), Literal::Text("bar")];

/// A validator by Sequelize's name, our rule, and texts with Sequelize's verdict.
struct Group {
    sequelize: &'static str,
    rule: Rule,
    texts: &'static [(&'static str, bool, Why)],
}

const GROUPS: &[Group] = &[
    Group {
        sequelize: "is",
        rule: Rule::Is("(?i)^[a-z]+$"),
        texts: &[("abc", true, SAME), ("ab1", false, SAME), ("", false, SAME)],
    },
    Group {
        sequelize: "not",
        rule: Rule::Not("(?i)^[a-z]+$"),
        texts: &[("abc", false, SAME), ("ab1", true, SAME), ("", true, SAME)],
    },
    Group {
        sequelize: "isEmail",
        rule: Rule::Format(Format::Email),
        texts: &[
            ("a@b.co", true, SAME),
            ("foo@bar.com", true, SAME),
            ("a@b", false, SAME),
            ("@b.co", false, SAME),
            ("a b@c.co", false, SAME),
            ("\"a b\"@c.co", true, SAME),
            ("a@localhost", false, SAME),
            ("a@[127.0.0.1]", false, SAME),
            ("ünï@exämple.com", true, SAME),
            ("a@b.c", false, SAME),
            ("A.B+tag@sub.example.co.uk", true, SAME),
            ("a..b@c.co", false, SAME),
            ("a@-b.co", false, SAME),
            (
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@b.co",
                false,
                SAME,
            ),
            ("a@b.co ", false, SAME),
        ],
    },
    Group {
        sequelize: "isUrl",
        rule: Rule::Url(UrlOptions::DEFAULT),
        texts: &[
            ("https://foo.com", true, SAME),
            ("http://foo.com", true, SAME),
            ("foo.com", true, SAME),
            ("ftp://foo.com", true, SAME),
            ("//foo.com", false, SAME),
            ("http://localhost", false, SAME),
            ("http://localhost:3000", false, SAME),
            ("http://1.2.3.4/x?y#z", true, SAME),
            ("javascript:alert(1)", false, SAME),
            ("http://foo", false, SAME),
            ("mailto:a@b.co", false, SAME),
            ("http://foo.com:99999", false, SAME),
            ("https://user:pw@foo.com", true, SAME),
        ],
    },
    Group {
        sequelize: "isIP",
        rule: Rule::Format(Format::Ip),
        texts: &[
            ("129.89.23.1", true, SAME),
            ("256.1.1.1", false, SAME),
            ("::1", true, SAME),
            ("2001:db8::ff00:42:8329", true, SAME),
            ("abc", false, SAME),
            ("1.2.3", false, SAME),
            ("fe80::1%eth0", true, SAME),
        ],
    },
    Group {
        sequelize: "isIPv4",
        rule: Rule::Format(Format::Ipv4),
        texts: &[
            ("129.89.23.1", true, SAME),
            ("::1", false, SAME),
            ("01.02.03.04", false, SAME),
        ],
    },
    Group {
        sequelize: "isIPv6",
        rule: Rule::Format(Format::Ipv6),
        texts: &[
            ("::1", true, SAME),
            ("1.2.3.4", false, SAME),
            ("::ffff:1.2.3.4", true, SAME),
        ],
    },
    Group {
        sequelize: "isAlpha",
        rule: Rule::Format(Format::Alpha),
        texts: &[
            ("abc", true, SAME),
            ("ab1", false, SAME),
            ("é", false, SAME),
            ("", false, SAME),
            ("a b", false, SAME),
        ],
    },
    Group {
        sequelize: "isAlphanumeric",
        rule: Rule::Format(Format::Alphanumeric),
        texts: &[
            ("abc", true, SAME),
            ("ab1", true, SAME),
            ("_abc", false, SAME),
            ("é", false, SAME),
            ("", false, SAME),
        ],
    },
    Group {
        sequelize: "isNumeric",
        rule: Rule::Format(Format::Numeric),
        texts: &[
            ("123", true, SAME),
            ("-1", true, SAME),
            ("+1", true, SAME),
            ("1.5", true, SAME),
            ("1e5", false, SAME),
            ("", false, SAME),
            (".5", true, SAME),
            ("1.", false, SAME),
            ("Infinity", false, SAME),
            (" 1", false, SAME),
        ],
    },
    Group {
        sequelize: "isInt",
        rule: Rule::Format(Format::Int),
        texts: &[
            ("1", true, SAME),
            ("-1", true, SAME),
            ("+1", true, SAME),
            ("01", true, SAME),
            ("1.0", false, SAME),
            ("1.5", false, SAME),
            ("", false, SAME),
            ("9999999999999999999", true, SAME),
            ("1e3", false, SAME),
            (" 1", false, SAME),
            ("0", true, SAME),
            ("-0", true, SAME),
        ],
    },
    Group {
        sequelize: "isFloat",
        rule: Rule::Format(Format::Float),
        texts: &[
            ("1", true, SAME),
            ("1.5", true, SAME),
            (".5", true, SAME),
            ("1.", true, SAME),
            ("1e5", true, SAME),
            ("-1.5e-3", true, SAME),
            ("abc", false, SAME),
            ("", false, SAME),
            (".", false, SAME),
            ("Infinity", false, SAME),
            ("NaN", false, SAME),
            ("1,5", false, SAME),
        ],
    },
    Group {
        sequelize: "isDecimal",
        rule: Rule::Format(Format::Decimal),
        texts: &[
            ("1", true, SAME),
            ("1.5", true, SAME),
            (".5", true, SAME),
            ("1.", true, SAME),
            ("1e5", true, SAME),
            ("-1", true, SAME),
            ("+1", false, SIGN),
            ("abc", false, SAME),
            ("", false, SAME),
            ("-", false, SAME),
            ("1E+2", true, SAME),
        ],
    },
    Group {
        sequelize: "isLowercase",
        rule: Rule::Format(Format::Lowercase),
        texts: &[
            ("abc", true, SAME),
            ("aBc", false, SAME),
            ("", true, SAME),
            ("123", true, SAME),
        ],
    },
    Group {
        sequelize: "isUppercase",
        rule: Rule::Format(Format::Uppercase),
        texts: &[
            ("ABC", true, SAME),
            ("AbC", false, SAME),
            ("", true, SAME),
            ("123", true, SAME),
        ],
    },
    Group {
        sequelize: "notEmpty",
        rule: Rule::NotEmpty,
        texts: &[
            ("a", true, SAME),
            ("", false, SAME),
            (" ", false, SAME),
            ("\t\n", false, SAME),
            ("  a ", true, SAME),
        ],
    },
    Group {
        sequelize: "equals",
        rule: Rule::Equals(Literal::Text("x")),
        texts: &[("x", true, SAME), ("X", false, SAME), ("", false, SAME)],
    },
    Group {
        sequelize: "contains",
        rule: Rule::Contains("foo"),
        texts: &[
            ("a foo b", true, SAME),
            ("FOO", false, SAME),
            ("fo", false, SAME),
        ],
    },
    Group {
        sequelize: "notContains",
        rule: Rule::NotContains("bar"),
        texts: &[("a bar", false, SAME), ("b", true, SAME)],
    },
    Group {
        sequelize: "notIn",
        rule: Rule::NotOneOf(FOO_BAR),
        texts: &[("foo", false, SAME), ("baz", true, SAME)],
    },
    Group {
        sequelize: "isIn",
        rule: Rule::OneOf(FOO_BAR),
        texts: &[("foo", true, SAME), ("baz", false, SAME), ("", false, SAME)],
    },
    Group {
        sequelize: "len",
        rule: Rule::Len { min: 2, max: 10 },
        texts: &[
            ("a", false, SAME),
            ("ab", true, SAME),
            ("abcdefghij", true, SAME),
            ("abcdefghijk", false, SAME),
            ("😀", false, SAME),
            ("😀😀", true, SAME),
            ("  ", true, SAME),
        ],
    },
    Group {
        sequelize: "isUUID",
        rule: Rule::Uuid(Some(4)),
        texts: &[
            ("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", true, SAME),
            ("a0eebc99-9c0b-1ef8-bb6d-6bb9bd380a11", false, SAME),
            ("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", true, SAME),
            ("a0eebc999c0b4ef8bb6d6bb9bd380a11", false, SAME),
            ("x", false, SAME),
        ],
    },
    Group {
        sequelize: "isDate",
        rule: Rule::Format(Format::Date),
        texts: &[
            ("2011-11-05", true, SAME),
            ("2011-13-05", false, SAME),
            ("2011-11-05T10:00:00Z", true, SAME),
            ("Nov 5 2011", true, PROSE),
            ("5", true, NOT_A_DATE),
            ("", false, SAME),
            ("2011-02-30", true, NO_SUCH_DAY),
            ("abc", false, SAME),
        ],
    },
    Group {
        sequelize: "isAfter",
        rule: Rule::After("2011-11-05"),
        texts: &[
            ("2011-11-06", true, SAME),
            ("2011-11-05", false, SAME),
            ("2011-11-04", false, SAME),
            ("x", false, SAME),
        ],
    },
    Group {
        sequelize: "isBefore",
        rule: Rule::Before("2011-11-05"),
        texts: &[
            ("2011-11-04", true, SAME),
            ("2011-11-05", false, SAME),
            ("2011-11-06", false, SAME),
            ("x", false, SAME),
        ],
    },
    Group {
        sequelize: "max",
        rule: Rule::Max(Bound::Int(23)),
        texts: &[
            ("23", true, COERCED),
            ("24", false, SAME),
            ("22.9", true, COERCED),
            ("abc", true, COERCED),
            ("", true, COERCED),
            ("-5", true, COERCED),
            ("1e3", false, SAME),
        ],
    },
    Group {
        sequelize: "min",
        rule: Rule::Min(Bound::Int(23)),
        texts: &[
            ("23", true, COERCED),
            ("22", false, SAME),
            ("24.1", true, COERCED),
            ("abc", true, COERCED),
            ("", true, COERCED),
            ("1e3", true, COERCED),
        ],
    },
    Group {
        sequelize: "isCreditCard",
        rule: Rule::Format(Format::CreditCard),
        texts: &[
            ("4111111111111111", true, SAME),
            ("4111 1111 1111 1111", true, SAME),
            ("4111-1111-1111-1111", true, SAME),
            ("4111111111111112", false, SAME),
            ("378282246310005", true, SAME),
            ("1234", false, SAME),
        ],
    },
    Group {
        sequelize: "isMobilePhone",
        rule: Rule::Format(Format::MobilePhone),
        texts: &[("+15417543010", true, SAME), ("123", false, SAME)],
    },
    Group {
        sequelize: "isPostalCode",
        rule: Rule::PostalCode("US"),
        texts: &[("12345", true, SAME), ("1234", false, SAME)],
    },
    Group {
        sequelize: "isSlug",
        rule: Rule::Format(Format::Slug),
        texts: &[("a-b-c", true, SAME), ("A b", false, SAME)],
    },
    Group {
        sequelize: "isHexColor",
        rule: Rule::Format(Format::HexColor),
        texts: &[
            ("#fff", true, SAME),
            ("#ggg", false, SAME),
            ("fff", true, SAME),
        ],
    },
    Group {
        sequelize: "isJSON",
        rule: Rule::Format(Format::Json),
        texts: &[
            ("{\"a\":1}", true, SAME),
            ("{a:1}", false, SAME),
            ("1", false, ANY_JSON),
        ],
    },
    Group {
        sequelize: "isJWT",
        rule: Rule::Format(Format::Jwt),
        texts: &[("a.b.c", true, NOT_JSON), ("x", false, SAME)],
    },
    Group {
        sequelize: "isMACAddress",
        rule: Rule::Format(Format::MacAddress),
        texts: &[("01:02:03:04:05:06", true, SAME), ("x", false, SAME)],
    },
    Group {
        sequelize: "isPort",
        rule: Rule::Format(Format::Port),
        texts: &[("80", true, SAME), ("70000", false, SAME)],
    },
    Group {
        sequelize: "isBase64",
        rule: Rule::Format(Format::Base64),
        texts: &[("Zm9v", true, SAME), ("Zm9", false, SAME)],
    },
    Group {
        sequelize: "isISO8601",
        rule: Rule::Format(Format::Iso8601),
        texts: &[
            ("2011-11-05", true, SAME),
            ("2011-11-05T25:00:00Z", false, SAME),
        ],
    },
    Group {
        sequelize: "isLatLong",
        rule: Rule::Format(Format::LatLong),
        texts: &[("1,2", true, SAME), ("91,0", false, SAME)],
    },
    Group {
        sequelize: "isLocale",
        rule: Rule::Format(Format::Locale),
        texts: &[("en_US", true, SAME), ("xx-yy-zz", false, SAME)],
    },
    Group {
        sequelize: "isMD5",
        rule: Rule::Format(Format::Md5),
        texts: &[
            ("d41d8cd98f00b204e9800998ecf8427e", true, SAME),
            ("x", false, SAME),
        ],
    },
    Group {
        sequelize: "isSemVer",
        rule: Rule::Format(Format::SemVer),
        texts: &[("1.2.3", true, SAME), ("1.2", false, SAME)],
    },
    Group {
        sequelize: "isStrongPassword",
        rule: Rule::Format(Format::StrongPassword),
        texts: &[("Aa1!aaaa", true, SAME), ("abc", false, SAME)],
    },
    Group {
        sequelize: "isIBAN",
        rule: Rule::Format(Format::Iban),
        texts: &[("GB82WEST12345698765432", true, SAME), ("x", false, SAME)],
    },
];

/// Validators whose promise a type makes: `Option<T>` or `T`, `Vec<T>`. Sequelize
/// accepts `"a"` as notNull; `""` but not `"a"` or `" "` as isNull, though none
/// is NULL; and has no isArray although its manual does.
const LEFT_TO_TYPES: [&str; 3] = ["notNull", "isNull", "isArray"];

#[test]
fn verdicts_differ_from_sequelize_only_for_a_reason() {
    for group in GROUPS {
        for (text, theirs, why) in group.texts {
            let ours = accepts(group.rule, text);
            assert_eq!(
                ours == *theirs,
                why.is_empty(),
                "{} {text:?}: {ours}",
                group.sequelize
            );
        }
    }
}

#[test]
fn each_group_is_filed_under_its_name() {
    for group in GROUPS {
        let named = RULES.iter().find(|rule| rule.name == group.rule.name());
        assert_eq!(named.map(|rule| rule.sequelize), Some(group.sequelize));
    }
}

#[test]
fn what_types_promise_has_no_rule() {
    for name in LEFT_TO_TYPES {
        assert!(RULES.iter().all(|rule| rule.sequelize != name), "{name}");
    }
}

// The numbers behind the texts that `min` and `max` were given above.
#[test]
fn limits_judge_numbers() {
    let (min, max) = (Rule::Min(Bound::Int(23)), Rule::Max(Bound::Int(23)));
    for (number, at_least, at_most) in [
        (View::Int(23), true, true),
        (View::Int(24), true, false),
        (View::Int(22), false, true),
        (View::Float(22.9), false, true),
        (View::Float(24.1), true, false),
        (View::Int(-5), false, true),
        (View::Float(1e3), true, false),
    ] {
        assert_eq!(
            (min.check(&number), max.check(&number)),
            (at_least, at_most)
        );
    }
}
