//! Whatever comes from outside is a place, or refused.

use proptest::prelude::*;

use super::*;
use crate::ast::{Expr, Nulls};
use crate::types::{ColumnType, Sorted};

fn term<T: ColumnType>() -> OrderBy {
    OrderBy {
        expr: Expr::Null,
        descending: false,
        nulls: Nulls::Default,
        sorted: Some(Sorted::of::<T>()),
    }
}

fn terms() -> [OrderBy; 4] {
    [
        term::<Option<String>>(),
        term::<f64>(),
        term::<Option<Vec<u8>>>(),
        term::<i64>(),
    ]
}

fn seal(secret: Option<&[u8]>) -> Seal {
    Seal {
        model: "Post",
        order: [7; WIDTH],
        secret: secret.map(<[u8]>::to_vec),
    }
}

/// Bytes as whoever knows the format, and no key, would write them.
fn forged(body: &[u8]) -> PageCursor {
    let mut bytes = body.to_vec();
    bytes.extend(check(body));
    PageCursor(letters::written(&bytes))
}

#[test]
fn signatures_are_those_of_rfc_4231() {
    let signed = signature(
        &[0xaa; 131],
        b"Test Using Larger Than Block-Size Key - Hash Key First",
    );
    assert_eq!(signed[..4], [0x60, 0xe4, 0x31, 0x59]);
    let signed = signature(b"Jefe", b"what do ya want for nothing?");
    assert_eq!(signed[..4], [0x5b, 0xdc, 0xc1, 0x46]);
}

proptest! {
    #[test]
    fn a_place_is_read_as_it_was_written(
        text in prop::option::of(any::<String>()),
        number in any::<u64>().prop_map(f64::from_bits),
        bytes in prop::option::of(prop::collection::vec(any::<u8>(), 0..9)),
        key: i64,
        backwards: bool,
        at_it: bool,
        secret in prop::option::of(prop::collection::vec(any::<u8>(), 0..99)),
    ) {
        // The database has no such text.
        let text = text.map(|text| text.replace('\0', ""));
        let place = Place {
            values: vec![
                text.clone().into_param(),
                number.into_param(),
                bytes.clone().into_param(),
                key.into_param(),
            ],
            backwards,
            at_it,
        };
        let seal = seal(secret.as_deref());
        let cursor = PageCursor::new(&place, &terms(), &seal)?;
        let cursor = cursor.to_string().parse::<PageCursor>()?;
        let read = cursor.place(&terms(), &seal)?;
        prop_assert_eq!((read.backwards, read.at_it), (backwards, at_it));
        prop_assert_eq!(Option::<String>::from_param(&read.values[0]), Some(text));
        let read_number = f64::from_param(&read.values[1]).map(f64::to_bits);
        prop_assert_eq!(read_number, Some(number.to_bits()));
        prop_assert_eq!(Option::<Vec<u8>>::from_param(&read.values[2]), Some(bytes));
        prop_assert_eq!(i64::from_param(&read.values[3]), Some(key));
    }

    #[test]
    fn what_is_made_up_is_refused_and_breaks_nothing(
        text: String,
        letters in "[A-Za-z0-9_-]{0,200}",
        flags in 0..8_u8,
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        for text in [&text, &letters] {
            if let Err(error) = text.parse::<PageCursor>() {
                prop_assert!(error.is_cursor_refused());
            }
        }
        let mut bytes = vec![VERSION, flags];
        bytes.extend([7; WIDTH]);
        bytes.extend(body);
        for secret in [None, Some(&b"key"[..])] {
            if let Err(error) = forged(&bytes).place(&terms(), &seal(secret)) {
                prop_assert!(error.is_cursor_refused());
            } else {
                prop_assert!(secret.is_none());
            }
        }
    }
}

/// RFC 2104: a key is hashed where it is longer than a block, and not before.
#[test]
fn a_secret_of_a_block_is_a_key_as_it_is() {
    let hashed = |secret: &[u8]| signature(&Sha256::digest(secret), b"page");
    for (length, is_hashed) in [(63, false), (64, false), (65, true)] {
        let secret = vec![7; length];
        assert_eq!(signature(&secret, b"page") == hashed(&secret), is_hashed);
    }
}
