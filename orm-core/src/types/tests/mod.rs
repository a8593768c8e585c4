//! Every type, without a server: what is written is read again, what cannot be
//! represented is a fault, and no message shows a value.

mod composed;
mod documents;
mod fuzz;
mod labels;
mod literals;
mod moments;
mod network;
mod numbers;
mod searched;
mod texts;

use std::fmt::Debug;

use bytes::BytesMut;
use tokio_postgres::types as driver;

use super::{ColumnType, DecodeFault, EncodeFault, IsNull, Param, WireType};

/// The bytes of a parameter in a type; `None` is NULL.
fn bytes_of(param: &Param, sql_type: WireType<'_>) -> Result<Option<Vec<u8>>, EncodeFault> {
    let mut out = BytesMut::new();
    match param.encode(sql_type, &mut out) {
        Ok(IsNull::Yes) => Ok(None),
        Ok(IsNull::No) => Ok(Some(out.to_vec())),
        Err(fault) => Err(*fault
            .downcast::<EncodeFault>()
            .expect("faults are encode faults")),
    }
}

/// What a value becomes on its way through a column of a type.
fn through<T: ColumnType>(value: &T, sql_type: WireType<'_>) -> Result<T, DecodeFault> {
    let raw = bytes_of(&value.to_param(), sql_type).expect("the type can hold the value");
    T::decode(sql_type, raw.as_deref())
}

/// Asserts that a value survives every way of sending it.
#[track_caller]
fn survives<T: ColumnType + PartialEq + Debug>(value: &T, sql_type: WireType<'_>) {
    assert_eq!(
        &through(value, sql_type).expect("what was written can be read"),
        value
    );
    let sent = bytes_of(&value.to_param(), sql_type);
    assert_eq!(sent, bytes_of(&value.clone().into_param(), sql_type));
    let mut direct = BytesMut::new();
    let written = value
        .encode(sql_type, &mut direct)
        .expect("the type can hold the value");
    assert_eq!(
        sent,
        Ok(matches!(written, IsNull::No).then(|| direct.to_vec()))
    );
    assert_eq!(T::from_param(&value.to_param()).as_ref(), Some(value));
}

/// The message of a failed decoding.
#[track_caller]
fn complaint<T: ColumnType + Debug>(sql_type: WireType<'_>, raw: Option<&[u8]>) -> String {
    T::decode(sql_type, raw)
        .expect_err("this cannot be read")
        .to_string()
}

/// The message of a failed encoding.
#[track_caller]
fn refusal<T: ColumnType>(value: &T, sql_type: WireType<'_>) -> String {
    bytes_of(&value.to_param(), sql_type)
        .expect_err("this cannot be sent")
        .to_string()
}

/// A type of the server that the driver has no constant for.
fn type_named(name: &str, kind: driver::Kind) -> driver::Type {
    driver::Type::new(name.to_owned(), 100_000, kind, "public".to_owned())
}

// A parameter is part of every statement and error context: it must not talk.
#[test]
fn no_parameter_shows_its_value() {
    let secret = "hunter2";
    let params = [
        String::from(secret).to_param(),
        secret.as_bytes().to_vec().to_param(),
        serde_json::json!(secret).to_param(),
        vec![String::from(secret)].to_param(),
        rust_decimal::Decimal::new(1_234_567, 2).to_param(),
        Param::Int8(1_234_567),
    ];
    for param in params {
        let shown = format!("{param:?} {:?}", bytes_of(&param, WireType::POINT));
        assert!(
            !shown.contains(secret) && !shown.contains("1234567"),
            "{shown}"
        );
        assert!(shown.starts_with("Param("), "{shown}");
    }
}

// A statement holds one per bound value, the create path one per column.
#[test]
fn a_parameter_is_four_words() {
    assert!(size_of::<Param>() <= 4 * size_of::<usize>());
}

#[test]
fn parameters_are_equal_when_they_are_sent_alike() {
    assert_eq!(Param::Int4(7), Param::Int4(7));
    assert_ne!(Param::Int4(7), Param::Int4(8));
    assert_ne!(Param::Int4(7), Param::Int8(7));
    assert_eq!(vec![1, 2].to_param(), vec![1, 2].to_param());
    assert_ne!(vec![1, 2].to_param(), vec![1, 3].to_param());
    assert_eq!(Param::Null, Param::Null);
}

#[test]
fn null_goes_into_every_type_and_only_options_read_it() {
    for sql_type in [
        WireType::INT4,
        WireType::TEXT,
        WireType::JSONB,
        WireType::INT4_ARRAY,
    ] {
        assert_eq!(bytes_of(&Param::Null, sql_type), Ok(None));
    }
    survives(&None::<i32>, WireType::INT4);
    survives(&Some(7), WireType::INT4);
    assert_eq!(
        complaint::<i32>(WireType::INT4, None),
        "expected int4, got NULL"
    );
    assert_eq!(
        complaint::<String>(WireType::VARCHAR, None),
        "expected text, got NULL"
    );
    assert_eq!(
        complaint::<Vec<i32>>(WireType::INT4_ARRAY, None),
        "expected int4[], got NULL"
    );
}

#[test]
fn a_domain_is_the_type_behind_it() {
    let inner = type_named("positive", driver::Kind::Domain(driver::Type::INT4));
    let domain = type_named("small_positive", driver::Kind::Domain(inner));
    assert_eq!(
        bytes_of(&Param::Int4(7), WireType::of_server(&domain)),
        bytes_of(&Param::Int4(7), WireType::INT4)
    );
    let array = type_named("_small_positive", driver::Kind::Array(domain));
    survives(&vec![1, 2, 3], WireType::of_server(&array));
}
