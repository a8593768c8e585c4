//! Booleans, integers, floating-point and decimal numbers, UUIDs, bytes.

use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{WireType, bytes_of, complaint, refusal, survives, through};
use crate::types::{ColumnType, Param};

#[test]
fn extremes_survive() {
    for value in [true, false] {
        survives(&value, WireType::BOOL);
    }
    for value in [i16::MIN, -1, 0, 1, i16::MAX] {
        survives(&value, WireType::INT2);
    }
    for value in [i32::MIN, -1, 0, 1, i32::MAX] {
        survives(&value, WireType::INT4);
    }
    for value in [i64::MIN, -1, 0, 9_007_199_254_740_993, i64::MAX] {
        survives(&value, WireType::INT8);
    }
    for value in [f32::MIN, f32::MIN_POSITIVE, 0.1, f32::MAX, f32::INFINITY] {
        survives(&value, WireType::FLOAT4);
    }
    for value in [
        f64::MIN,
        f64::MIN_POSITIVE,
        0.1,
        f64::MAX,
        f64::NEG_INFINITY,
    ] {
        survives(&value, WireType::FLOAT8);
    }
    assert!(through(&f64::NAN, WireType::FLOAT8).is_ok_and(f64::is_nan));
    assert_eq!(
        through(&-0.0_f64, WireType::FLOAT8)
            .map(f64::is_sign_negative)
            .ok(),
        Some(true)
    );
}

#[test]
fn an_integer_goes_where_it_fits() {
    assert_eq!(
        bytes_of(&Param::Int2(7), WireType::INT8),
        bytes_of(&Param::Int8(7), WireType::INT8)
    );
    assert_eq!(
        bytes_of(&Param::Int8(7), WireType::INT2),
        bytes_of(&Param::Int2(7), WireType::INT2)
    );
    assert_eq!(
        bytes_of(&Param::Int4(-7), WireType::FLOAT8),
        bytes_of(&Param::Float8(-7.0), WireType::FLOAT8)
    );
    assert_eq!(
        bytes_of(&Param::Int8(i64::MIN), WireType::NUMERIC),
        bytes_of(&Param::Numeric(Decimal::from(i64::MIN)), WireType::NUMERIC)
    );
}

#[test]
fn an_integer_is_refused_where_it_does_not_fit() {
    assert_eq!(
        refusal(&40_000_i32, WireType::INT2),
        "a value of type int4 is out of range for int2"
    );
    assert_eq!(
        refusal(&i64::MAX, WireType::INT4),
        "a value of type int8 is out of range for int4"
    );
    assert_eq!(
        refusal(&7_i64, WireType::FLOAT8),
        "a value of type int8 cannot be sent as float8"
    );
    assert_eq!(
        refusal(&7, WireType::TEXT),
        "a value of type int4 cannot be sent as text"
    );
    assert_eq!(
        refusal(&7, WireType::INT4_ARRAY),
        "a value of type int4 cannot be sent as int4[]"
    );
    assert_eq!(
        refusal(&0.5_f32, WireType::FLOAT8),
        "a value of type float4 cannot be sent as float8"
    );
}

#[test]
fn narrower_integers_are_read_and_wider_ones_refused() {
    assert_eq!(
        i64::decode(WireType::INT2, Some(&[0xff, 0xfe])).ok(),
        Some(-2)
    );
    assert_eq!(
        i64::decode(WireType::INT4, Some(&[0, 0, 1, 0])).ok(),
        Some(256)
    );
    assert_eq!(
        complaint::<i32>(WireType::INT8, Some(&[0; 8])),
        "expected int4, got int8"
    );
    assert_eq!(
        complaint::<i64>(WireType::TEXT, Some(b"7")),
        "expected int8, got text"
    );
    assert_eq!(
        complaint::<i64>(WireType::INT8, Some(&[0; 4])),
        "expected int8, got malformed data"
    );
    assert_eq!(
        complaint::<f64>(WireType::FLOAT4, Some(&[0; 4])),
        "expected float8, got float4"
    );
    assert_eq!(
        complaint::<bool>(WireType::BOOL, Some(&[2])),
        "expected bool, got malformed data"
    );
}

#[test]
fn decimals_keep_every_digit_and_their_scale() {
    let texts = [
        "0",
        "0.00",
        "-0.5",
        "1",
        "10000",
        "9999",
        "1.50",
        "-1.50",
        "0.0001",
        "0.00001",
        "123456789012345678.90",
        "79228162514264337593543950335",
        "-79228162514264337593543950335",
        "7.9228162514264337593543950335",
        "0.0000000000000000000000000001",
        "1000000000000000000000000000.0",
    ];
    for text in texts {
        let value: Decimal = text.parse().expect("a decimal");
        survives(&value, WireType::NUMERIC);
        assert_eq!(
            through(&value, WireType::NUMERIC)
                .map(|it| it.to_string())
                .ok()
                .as_deref(),
            Some(text)
        );
    }
}

// Sign, weight and scale as PostgreSQL documents them in `numeric.c`.
#[test]
fn a_decimal_is_written_as_the_server_would() {
    let sent = bytes_of(
        &Param::Numeric(Decimal::new(-12_345_678, 3)),
        WireType::NUMERIC,
    );
    let groups = [
        [0, 3],
        [0, 1],
        [0x40, 0],
        [0, 3],
        [0, 1],
        [0x09, 0x29],
        [0x1A, 0x7C],
    ];
    assert_eq!(sent, Ok(Some(groups.concat())));
}

/// A numeric as the server sends it.
fn numeric(weight: i16, sign: u16, scale: u16, groups: &[u16]) -> Vec<u8> {
    let count = groups.len() as u16;
    let head = [count, weight as u16, sign, scale];
    head.iter()
        .chain(groups)
        .flat_map(|part| part.to_be_bytes())
        .collect()
}

#[test]
fn zeros_beyond_the_scale_of_a_decimal_are_dropped_and_digits_are_not() {
    let wide_zeros = numeric(0, 0, 30, &[1, 5000]);
    let value = Decimal::decode(WireType::NUMERIC, Some(&wide_zeros)).expect("1.5 with 30 digits");
    assert_eq!((value, value.scale()), (Decimal::new(15, 1), 28));

    let too_many = "expected a numeric of at most 28 digits, got more digits";
    let deep = numeric(-8, 0, 32, &[1]);
    assert_eq!(
        complaint::<Decimal>(WireType::NUMERIC, Some(&deep)),
        too_many
    );
    let large = numeric(20, 0, 0, &[1]);
    assert_eq!(
        complaint::<Decimal>(WireType::NUMERIC, Some(&large)),
        too_many
    );
    let long = numeric(9, 0, 0, &[1; 10]);
    assert_eq!(
        complaint::<Decimal>(WireType::NUMERIC, Some(&long)),
        too_many
    );
}

#[test]
fn what_is_no_finite_numeric_is_a_fault() {
    let fault = |sign| complaint::<Decimal>(WireType::NUMERIC, Some(&numeric(0, sign, 0, &[])));
    assert_eq!(fault(0xC000), "expected a finite numeric, got NaN");
    assert_eq!(fault(0xD000), "expected a finite numeric, got infinity");
    assert_eq!(fault(0xF000), "expected a finite numeric, got -infinity");
    assert_eq!(fault(0x1234), "expected numeric, got malformed data");
    let bad_group = numeric(0, 0, 0, &[10_000]);
    assert_eq!(
        complaint::<Decimal>(WireType::NUMERIC, Some(&bad_group)),
        "expected numeric, got malformed data"
    );
}

#[test]
fn bytes_and_uuids_survive() {
    survives(&Vec::<u8>::new(), WireType::BYTEA);
    survives(&(0..=255).collect::<Vec<u8>>(), WireType::BYTEA);
    survives(&Uuid::nil(), WireType::UUID);
    survives(&Uuid::max(), WireType::UUID);
    assert_eq!(
        complaint::<Uuid>(WireType::UUID, Some(&[0; 15])),
        "expected uuid, got malformed data"
    );
    assert_eq!(
        complaint::<Vec<u8>>(WireType::TEXT, Some(b"")),
        "expected bytea, got text"
    );
}

proptest! {
    #[test]
    fn any_number_survives(a: i16, b: i32, c: i64, d in any::<f32>(), e in any::<f64>()) {
        survives(&a, WireType::INT2);
        survives(&b, WireType::INT4);
        survives(&c, WireType::INT8);
        survives(&d, WireType::FLOAT4);
        survives(&e, WireType::FLOAT8);
    }

    #[test]
    fn any_decimal_survives_with_its_scale(low: u32, mid: u32, high: u32, negative: bool, scale in 0_u32..=28) {
        let value = Decimal::from_parts(low, mid, high, negative, scale);
        survives(&value, WireType::NUMERIC);
        prop_assert_eq!(through(&value, WireType::NUMERIC).map(|it| it.to_string()).ok(), Some(value.to_string()));
    }

    #[test]
    fn damaged_decimals_never_panic(raw in proptest::collection::vec(any::<u8>(), 0..40)) {
        let _ = Decimal::decode(WireType::NUMERIC, Some(&raw));
    }

    #[test]
    fn any_well_formed_numeric_is_exact_or_a_fault(
        weight: i16,
        scale: u16,
        groups in proptest::collection::vec(0_u16..10_000, 0..12),
    ) {
        let _ = Decimal::decode(WireType::NUMERIC, Some(&numeric(weight, 0, scale, &groups)));
    }

    #[test]
    fn any_bytes_and_uuid_survive(bytes: Vec<u8>, uuid: u128) {
        survives(&bytes, WireType::BYTEA);
        survives(&Uuid::from_u128(uuid), WireType::UUID);
    }
}
