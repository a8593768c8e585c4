//! JSON.

use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{WireType, bytes_of, complaint, refusal, survives};
use crate::types::{ColumnType, IntoValue, Json};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    columns: Vec<u32>,
}

fn settings() -> Json<Settings> {
    Json(Settings {
        theme: "it's dark 🦀".to_owned(),
        columns: vec![3, 1],
    })
}

#[test]
fn documents_survive_in_both_types() {
    let documents = [
        json!(null),
        json!(""),
        json!({"a": [1, 2.5, true, {"b": "'\"$1"}]}),
        json!(u64::MAX),
    ];
    for sql_type in [WireType::JSONB, WireType::JSON] {
        for document in &documents {
            survives(document, sql_type);
        }
        survives(&settings(), sql_type);
    }
    survives(&vec![Some(settings()), None], WireType::JSONB_ARRAY);
}

#[test]
fn a_null_document_is_not_a_null_column() {
    survives(&Some(Value::Null), WireType::JSONB);
    survives(&None::<Value>, WireType::JSONB);
    assert_ne!(
        bytes_of(&Some(Value::Null).to_param(), WireType::JSONB),
        bytes_of(&None::<Value>.to_param(), WireType::JSONB)
    );
    survives(&Some(Json(None::<i32>)), WireType::JSONB);
}

#[test]
fn nul_is_refused_in_jsonb_only() {
    let nul = "a text contains the character NUL (U+0000), which PostgreSQL cannot store";
    for document in [
        json!("a\0b"),
        json!({"k\0": 1}),
        json!(["\\\0"]),
        json!("\\\\\0"),
    ] {
        assert_eq!(refusal(&document, WireType::JSONB), nul);
        survives(&document, WireType::JSON);
    }
    for document in [
        json!("\\u0000"),
        json!("\\\\u0000"),
        json!("\u{1}"),
        json!("\\"),
    ] {
        survives(&document, WireType::JSONB);
    }
}

// Serde's message would quote the document: `invalid type: string "hunter2"`.
#[test]
fn another_shape_is_a_fault_that_does_not_quote_the_document() {
    let other = bytes_of(
        &json!({"theme": "x", "columns": "hunter2"}).to_param(),
        WireType::JSONB,
    );
    let message =
        complaint::<Json<Settings>>(WireType::JSONB, other.expect("a document").as_deref());
    assert!(
        message.starts_with("expected a document of the type "),
        "{message}"
    );
    assert!(
        message.contains("Settings, got one that differs from it at line 1, column "),
        "{message}"
    );
    assert!(!message.contains("hunter2"), "{message}");
    assert_eq!(
        complaint::<Value>(WireType::JSONB, Some(b"\x02{}")),
        "expected jsonb, got malformed data"
    );
    assert_eq!(
        complaint::<Value>(WireType::TEXT, Some(b"{}")),
        "expected jsonb, got text"
    );
}

// What reads a document takes no more levels, and what writes one calls itself.
#[test]
fn a_document_that_could_not_be_read_again_is_refused() {
    let nested = |levels: usize| {
        let innermost = json!({"in a text": "[[{", "\"[": [[], {}]});
        (3..levels).fold(innermost, |it, n| match n % 2 {
            0 => Value::Array(vec![it, json!("}")]),
            _ => Value::Object([("[".to_owned(), it)].into_iter().collect()),
        })
    };
    for sql_type in [WireType::JSONB, WireType::JSON] {
        survives(&nested(127), sql_type);
        assert_eq!(
            refusal(&nested(128), sql_type),
            "a JSON document has more than 127 arrays and objects in one another, \
             which is more than can be read again"
        );
    }
    let mut literal = String::new();
    assert!(nested(128).to_param().write_literal(&mut literal).is_err());
    nested(127)
        .to_param()
        .write_literal(&mut literal)
        .expect("a literal");
    // Its author has a larger stack than most threads.
    let large = std::thread::Builder::new().stack_size(256 * 1024 * 1024);
    let refused = large.spawn(move || {
        let deep = nested(20_000).into_param();
        let small = std::thread::Builder::new().stack_size(1024 * 1024);
        let sent = deep.clone();
        let refused = small.spawn(move || {
            sent.encode(WireType::JSONB, &mut Default::default())
                .is_err()
        });
        refused.expect("a thread").join().expect("no abort")
    });
    assert!(refused.expect("a thread").join().expect("no abort"));
}

#[test]
fn what_serde_cannot_write_is_refused() {
    let by_pair = Json(std::collections::BTreeMap::from([((1, 2), 3)]));
    assert_eq!(
        refusal(&by_pair, WireType::JSONB),
        "a value cannot be serialized as JSON"
    );
}

#[test]
fn the_plain_value_can_be_given() {
    let given: Json<Settings> = settings().into_inner().into_value();
    assert_eq!(given, settings());
    assert_eq!(
        serde_json::to_value(&given).ok(),
        serde_json::to_value(&given.0).ok()
    );
}

/// Documents of some depth, with text that is hard to escape.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[^\0]*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map("[^\0]*", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_document_survives(document in documents()) {
        survives(&document, WireType::JSONB);
        survives(&document, WireType::JSON);
    }

    #[test]
    fn damaged_documents_never_panic(raw: Vec<u8>) {
        let _ = Value::decode(WireType::JSONB, Some(&raw));
    }
}

proptest! {
    #[test]
    fn numbers_of_documents_are_exact(value in proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL) {
        survives(&Json(value), WireType::JSONB);
    }
}
