//! Texts, hostile ones above all.

use std::borrow::Cow;
use std::sync::Arc;

use proptest::prelude::*;

use tokio_postgres::types as driver;

use super::{WireType, bytes_of, complaint, refusal, survives, type_named};
use crate::types::{ColumnType, Param};

const HOSTILE: [&str; 10] = [
    "",
    " ",
    "'; DROP TABLE users; --",
    "it's \"quoted\" \\ back",
    "$1 $2 :x ? ?? @y %s %",
    "🦀 é ß \u{202e} \u{feff} \u{10ffff}",
    "line\nbreak\ttab\r",
    "{1,2} [1,2) NULL null",
    "E'\\x00'",
    "a\u{301}",
];

#[test]
fn hostile_texts_survive() {
    for text in HOSTILE {
        for sql_type in [
            WireType::TEXT,
            WireType::VARCHAR,
            WireType::BPCHAR,
            WireType::NAME,
            WireType::UNKNOWN,
        ] {
            survives(&text.to_owned(), sql_type);
        }
        survives(
            &vec![text.to_owned(), text.to_owned()],
            WireType::TEXT_ARRAY,
        );
    }
}

#[test]
fn a_megabyte_survives() {
    survives(&"🦀 'x'".repeat(130_000), WireType::TEXT);
}

#[test]
fn nul_is_refused_everywhere() {
    let nul = "a text contains the character NUL (U+0000), which PostgreSQL cannot store";
    let text = String::from("a\0b");
    assert_eq!(refusal(&text, WireType::TEXT), nul);
    assert_eq!(refusal(&text, WireType::VARCHAR), nul);
    assert_eq!(refusal(&Some(text.clone()), WireType::TEXT), nul);
    assert_eq!(
        refusal(&vec!["fine".to_owned(), text.clone()], WireType::TEXT_ARRAY),
        nul
    );
    assert_eq!(refusal(&Arc::<str>::from("\0"), WireType::TEXT), nul);
    assert!(
        bytes_of(&text.into_param(), WireType::TEXT).is_err_and(|fault| fault.is_nul_in_text())
    );
}

#[test]
fn every_way_to_hold_a_text_travels_alike() {
    survives(&Box::<str>::from("x"), WireType::TEXT);
    survives(&Arc::<str>::from("x"), WireType::VARCHAR);
    survives(&Cow::Borrowed("x"), WireType::TEXT);
    assert_eq!(
        Arc::<str>::from("x").into_param(),
        String::from("x").into_param()
    );
    assert_eq!(
        Cow::<'static, str>::Owned("x".to_owned()).into_param(),
        Param::Text("x".to_owned())
    );
}

#[test]
fn types_that_travel_as_text_take_texts() {
    let text = String::from("a.b");
    let citext = type_named("citext", driver::Kind::Simple);
    survives(&text, WireType::of_server(&citext));
    let mood = type_named("mood", driver::Kind::Enum(vec!["a.b".to_owned()]));
    survives(&text, WireType::of_server(&mood));
    let ltree = type_named("ltree", driver::Kind::Simple);
    let ltree = WireType::of_server(&ltree);
    survives(&text, ltree);
    assert_eq!(
        bytes_of(&text.to_param(), ltree),
        Ok(Some(b"\x01a.b".to_vec()))
    );
    assert_eq!(
        complaint::<String>(ltree, Some(b"a.b")),
        "expected text, got malformed data"
    );
}

#[test]
fn other_types_refuse_texts() {
    let text = String::from("7");
    assert_eq!(
        refusal(&text, WireType::INT4),
        "a value of type text cannot be sent as int4"
    );
    assert_eq!(
        refusal(&text, WireType::JSONB),
        "a value of type text cannot be sent as jsonb"
    );
    assert_eq!(
        complaint::<String>(WireType::INT4, Some(&[0; 4])),
        "expected text, got int4"
    );
    assert_eq!(
        complaint::<String>(WireType::TEXT, Some(&[0xff])),
        "expected text, got malformed data"
    );
}

proptest! {
    #[test]
    fn any_text_without_nul_survives(text in "[^\0]*") {
        survives(&text, WireType::TEXT);
    }

    #[test]
    fn any_text_with_nul_is_refused(before: String, after: String) {
        let text = format!("{before}\0{after}");
        prop_assert!(bytes_of(&text.to_param(), WireType::TEXT).is_err_and(|fault| fault.is_nul_in_text()));
    }
}
