//! The code lists are what a binary search needs, and agree with each other.

use super::accepts;
use crate::validate::rules::tables::{
    ALPHA2, ALPHA3, CURRENCIES, IBAN_LENGTHS, LANGUAGES, NUMERIC, POSTAL_CODES, SCRIPTS,
};
use crate::validate::{Format, Rule};

#[test]
fn every_list_is_sorted_without_doubles() {
    let lists: [&[&str]; 6] = [
        &ALPHA2,
        &ALPHA3,
        &NUMERIC,
        &LANGUAGES,
        &SCRIPTS,
        &CURRENCIES,
    ];
    for list in lists {
        assert!(list.is_sorted_by(|left, right| left < right), "{list:?}");
    }
    assert!(IBAN_LENGTHS.is_sorted_by(|left, right| left.0 < right.0));
    assert!(POSTAL_CODES.is_sorted_by(|left, right| left.0 < right.0));
}

#[test]
fn every_code_has_the_shape_of_its_standard() {
    let capitals = |code: &&str| code.bytes().all(|byte| byte.is_ascii_uppercase());
    assert!(ALPHA2.iter().all(|code| code.len() == 2 && capitals(code)));
    assert!(
        ALPHA3
            .iter()
            .chain(&CURRENCIES)
            .all(|code| code.len() == 3 && capitals(code))
    );
    assert!(
        NUMERIC
            .iter()
            .all(|code| code.len() == 3 && code.parse::<u16>().is_ok())
    );
    assert!(
        LANGUAGES
            .iter()
            .all(|code| code.len() == 2 && !capitals(code))
    );
    assert!(
        SCRIPTS
            .iter()
            .all(|code| code.len() == 4 && capitals(&&code[..1]))
    );
    assert!(
        IBAN_LENGTHS
            .iter()
            .all(|(_, length)| (15..=34).contains(length))
    );
}

#[test]
fn countries_agree_across_lists() {
    assert_eq!([ALPHA2.len(), ALPHA3.len(), NUMERIC.len()], [249; 3]);
    for (country, _) in IBAN_LENGTHS {
        assert!(country == "XK" || ALPHA2.contains(&country), "{country}");
    }
    for (country, _) in POSTAL_CODES {
        assert!(ALPHA2.contains(&country), "{country}");
    }
}

#[test]
fn lists_answer_for_their_formats() {
    for (format, list) in [
        (Format::Iso31661Alpha2, ALPHA2.as_slice()),
        (Format::Iso31661Alpha3, &ALPHA3),
        (Format::Iso31661Numeric, &NUMERIC),
        (Format::Iso6391, &LANGUAGES),
        (Format::Iso15924, &SCRIPTS),
        (Format::Iso4217, &CURRENCIES),
    ] {
        assert!(
            list.iter().all(|code| accepts(Rule::Format(format), code)),
            "{format:?}"
        );
    }
}

// A pattern that does not compile would refuse every code of its country.
#[test]
fn every_country_accepts_a_real_postal_code() {
    const REAL: [(&str, &str, &str); 44] = [
        ("AT", "1010", "0010"),
        ("AU", "2000", "200"),
        ("BE", "1000", "0999"),
        ("BG", "1000", "10000"),
        ("BR", "01310-100", "0131-0100"),
        ("CA", "K1A 0B1", "D1A 0B1"),
        ("CH", "8001", "80011"),
        ("CN", "100000", "10000"),
        ("CZ", "110 00", "910 00"),
        ("DE", "10115", "1011"),
        ("DK", "1050", "105"),
        ("EE", "10111", "1011"),
        ("ES", "28001", "53001"),
        ("FI", "00100", "0010"),
        ("FR", "75001", "7500A"),
        ("GB", "SW1A 1AA", "SW1A 1A"),
        ("GR", "104 31", "1043"),
        ("HR", "10000", "1000"),
        ("HU", "1011", "0011"),
        ("IE", "D02 AF30", "B02 AF30"),
        ("IL", "9414219", "941421"),
        ("IN", "110 001", "010 001"),
        ("IT", "00118", "0118"),
        ("JP", "100-0001", "1000-001"),
        ("KR", "03051", "0305"),
        ("LI", "9490", "9499"),
        ("LT", "LT-01100", "01-100"),
        ("LU", "1111", "11111"),
        ("LV", "LV-1050", "LT-1050"),
        ("MX", "06000", "6000"),
        ("NL", "1012 AB", "0012 AB"),
        ("NO", "0150", "150"),
        ("NZ", "6011", "601"),
        ("PL", "00-001", "00001"),
        ("PT", "1000-001", "1000001"),
        ("RO", "010011", "10011"),
        ("SE", "111 20", "011 20"),
        ("SG", "018956", "18956"),
        ("SI", "1000", "0100"),
        ("SK", "811 01", "711 01"),
        ("TR", "34000", "3400"),
        ("UA", "01001", "1001"),
        ("US", "12345-6789", "12345-678"),
        ("ZA", "0001", "001"),
    ];
    assert_eq!(
        REAL.map(|(country, ..)| country),
        POSTAL_CODES.map(|(country, _)| country)
    );
    for (country, real, wrong) in REAL {
        assert!(accepts(Rule::PostalCode(country), real), "{country} {real}");
        assert!(
            !accepts(Rule::PostalCode(country), wrong),
            "{country} {wrong}"
        );
    }
    assert!(!accepts(Rule::PostalCode("XX"), "12345"));
}
