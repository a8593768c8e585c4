//! The words of texts, and vectors, by the bytes that the servers document.

use super::*;
use crate::query::Weight;
use crate::types::{Lexeme, Position, TsVector};

#[test]
fn words_are_what_the_server_sends() {
    let words = TsVector::new([
        Lexeme::new("é"),
        Lexeme {
            word: "rat".to_owned(),
            positions: vec![
                Position {
                    at: 1,
                    weight: Weight::A,
                },
                Position {
                    at: 16_383,
                    weight: Weight::D,
                },
            ],
        },
    ]);
    survives(&words, WireType::TSVECTOR);
    survives(&TsVector::default(), WireType::TSVECTOR);
    let bytes = b"\0\0\0\x02\xc3\xa9\0\0\0rat\0\0\x02\xc0\x01\x3f\xff";
    let sent = bytes_of(&words.to_param(), WireType::TSVECTOR);
    assert_eq!(sent, Ok(Some(bytes.to_vec())));
    for cut in 0..bytes.len() {
        assert!(TsVector::decode(WireType::TSVECTOR, Some(&bytes[..cut])).is_err());
    }
    assert!(TsVector::decode(WireType::TSVECTOR, Some(b"\x7f\xff\xff\xff")).is_err());
    assert!(TsVector::decode(WireType::TEXT, Some(bytes)).is_err());
    let text = bytes_of(&words.to_param(), WireType::TEXT);
    assert_eq!(text, Ok(Some("'é' 'rat':1A,16383".as_bytes().to_vec())));
    let nul = TsVector::new([Lexeme::new("a\0")]).to_param();
    assert_eq!(
        bytes_of(&nul, WireType::TSVECTOR),
        Err(EncodeFault::nul_in_text())
    );
}

#[cfg(feature = "pgvector")]
#[test]
fn vectors_are_what_the_extension_sends() {
    use crate::types::Vector;

    // Its number is another on each server, and its name is not.
    let described = driver::Type::new(
        "vector".to_owned(),
        70_000,
        driver::Kind::Simple,
        "public".to_owned(),
    );
    let wire = WireType::of_server(&described);
    let vector = Vector::from([1.0, -0.5]);
    survives(&vector, wire);
    let bytes = b"\0\x02\0\0\x3f\x80\0\0\xbf\0\0\0";
    assert_eq!(bytes_of(&vector.to_param(), wire), Ok(Some(bytes.to_vec())));
    for cut in 0..bytes.len() {
        assert!(Vector::<2>::decode(wire, Some(&bytes[..cut])).is_err());
    }
    assert!(Vector::<3>::decode(wire, Some(bytes)).is_err());
    assert!(Vector::<2>::decode(WireType::TEXT, Some(b"[1,2]")).is_err());
    let text = bytes_of(&vector.to_param(), WireType::TEXT);
    assert_eq!(text, Ok(Some(b"[1,-0.5]".to_vec())));
    assert!(bytes_of(&Vector::from([f32::NAN]).to_param(), wire).is_err());
}
