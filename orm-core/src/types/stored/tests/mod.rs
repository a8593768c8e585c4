//! Cells as other programs leave them: what is the same value without doubt is read,
//! the rest is a fault that names types and shows no value.

mod fuzz;

use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Cell, Stored, decode};
use crate::types::{ColumnType, Infinite, Interval, Json, Param, Range};

fn text(text: &str) -> Cell<'_> {
    Cell::Text(text.as_bytes())
}

#[track_caller]
fn reads<T: ColumnType + Debug + PartialEq>(cells: &[Cell<'_>], expected: &T) {
    for cell in cells {
        let read: T = decode(*cell, None).expect("this can be read");
        assert_eq!(&read, expected);
    }
}

#[track_caller]
fn refuses<T: ColumnType + Debug>(cells: &[Cell<'_>], expected: &str) {
    for cell in cells {
        let fault = decode::<T>(*cell, None).expect_err("this cannot be read");
        assert_eq!(fault.to_string(), expected);
    }
}

#[track_caller]
fn cannot_be_stored<T: ColumnType>(value: &T, expected: &str) {
    let fault = value.to_param().stored().expect_err("refused");
    assert_eq!(fault.to_string(), expected);
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day")
}

#[test]
fn whole_numbers() {
    reads(&[Cell::Integer(7), Cell::Real(7.0)], &7_i64);
    reads(&[Cell::Integer(-7), Cell::Real(-7.0)], &-7_i16);
    reads(&[Cell::Real(-9_223_372_036_854_775_808.0)], &i64::MIN);
    reads(&[Cell::Integer(1), Cell::Real(1.0)], &true);
    reads(&[Cell::Null], &None::<i32>);
    refuses::<i32>(&[Cell::Null], "expected int4, got NULL");
    refuses::<i32>(
        &[
            Cell::Integer(1 << 31),
            Cell::Integer(i64::MIN),
            Cell::Real(1e12),
        ],
        "expected int4, got a larger integer",
    );
    refuses::<i16>(
        &[Cell::Integer(40_000)],
        "expected int2, got a larger integer",
    );
    refuses::<i64>(
        &[
            Cell::Real(0.5),
            Cell::Real(9_223_372_036_854_775_808.0),
            Cell::Real(f64::INFINITY),
        ],
        "expected int8, got a real number that is not one",
    );
    refuses::<i64>(&[text("7")], "expected int8, got text");
    refuses::<i64>(&[Cell::Blob(&[7])], "expected int8, got blob");
    refuses::<bool>(
        &[Cell::Integer(2), Cell::Integer(-1)],
        "expected bool, got an integer other than 0 and 1",
    );
}

#[test]
fn real_numbers() {
    reads(
        &[Cell::Integer(1 << 53), Cell::Real(9_007_199_254_740_992.0)],
        &9_007_199_254_740_992_f64,
    );
    reads(
        &[Cell::Integer(i64::MIN)],
        &-9_223_372_036_854_775_808.0_f64,
    );
    refuses::<f64>(
        &[Cell::Integer((1 << 53) + 1), Cell::Integer(i64::MAX)],
        "expected float8, got an integer of more digits",
    );
    // What was computed has more digits than the type.
    reads(&[Cell::Real(0.1), Cell::Real(f64::from(0.1_f32))], &0.1_f32);
    reads(&[Cell::Real(f64::INFINITY)], &f32::INFINITY);
    refuses::<f32>(&[Cell::Real(1e300)], "expected float4, got a larger number");
    refuses::<f64>(&[text("0.1")], "expected float8, got text");
}

#[test]
fn decimal_numbers() {
    let number = |text: &str| text.parse::<Decimal>().expect("a decimal");
    for (written, read) in [
        ("1.10", "1.10"),
        ("+1.1", "1.1"),
        ("-.5", "-0.5"),
        ("7.", "7"),
        ("0007.0", "7.0"),
        ("12e2", "1200"),
        ("12.5E-3", "0.0125"),
        ("-0", "0"),
        ("0.000", "0.000"),
        ("100000000", "100000000"),
        ("10000.00010000", "10000.00010000"),
        (
            "79228162514264337593543950335",
            "79228162514264337593543950335",
        ),
        (
            "0.0000000000000000000000000001",
            "0.0000000000000000000000000001",
        ),
    ] {
        let value: Decimal = decode(text(written), None).expect("a number");
        assert_eq!(value.to_string(), number(read).to_string(), "{written}");
    }
    reads(&[Cell::Integer(i64::MIN)], &Decimal::from(i64::MIN));
    reads(
        &[Cell::Integer(0), Cell::Real(0.0), Cell::Real(-0.0)],
        &Decimal::ZERO,
    );
    // A column declared `DECIMAL` makes doubles of decimals; those of 15 digits are told.
    reads(&[Cell::Real(1.1)], &number("1.1"));
    reads(
        &[Cell::Real(-123_456_789.012_345)],
        &number("-123456789.012345"),
    );
    refuses::<Decimal>(
        &[Cell::Real(1.0 / 3.0)],
        "expected numeric, got a real number of more than 15 digits",
    );
    refuses::<Decimal>(
        &["", "-", ".", "1,5", "NaN", "1e", "1e99999", "0x10", " 1"].map(text),
        "expected numeric, got malformed data",
    );
    refuses::<Decimal>(
        &[text("79228162514264337593543950336"), text("1e40")],
        "expected a numeric of at most 28 digits, got more digits",
    );
}

// As PostgreSQL gives it, wherever the number was written.
#[test]
fn a_declared_scale_pads() {
    let read = |cell| {
        decode::<Decimal>(cell, Some(2))
            .expect("a number")
            .to_string()
    };
    assert_eq!(read(text("1.1")), "1.10");
    assert_eq!(read(text("0")), "0.00");
    assert_eq!(read(text("-3e1")), "-30.00");
    assert_eq!(read(Cell::Integer(12_345)), "12345.00");
    assert_eq!(read(Cell::Real(0.5)), "0.50");
    // Digits are not lost for the sake of a declaration.
    assert_eq!(read(text("1.125")), "1.125");
}

#[test]
fn dates_and_times() {
    reads(&[text("2024-02-29")], &day(2024, 2, 29));
    let time = NaiveTime::from_hms_opt(9, 5, 0).expect("a time");
    reads(
        &["09:05", "09:05:00", "09:05:00.0", "09:05:00.000000000"].map(text),
        &time,
    );
    let moment: NaiveDateTime = day(2024, 2, 29).and_time(time);
    reads(
        &[
            "2024-02-29 09:05",
            "2024-02-29T09:05:00.000",
            "2024-02-29 09:05:00Z",
            "2024-02-29 09:05:00+00:00",
        ]
        .map(text),
        &moment,
    );
    reads(
        &[text("2024-02-29")],
        &day(2024, 2, 29).and_time(NaiveTime::MIN),
    );
    reads(
        &[
            "2024-02-29 09:05:00.000000+00:00",
            "2024-02-29T09:05:00Z",
            "2024-02-29 09:05",
            "2024-02-29 11:05:00+02",
            "2024-02-29T14:35:00+0530",
            "2024-02-28 23:05:00-10:00",
        ]
        .map(text),
        &moment.and_utc(),
    );
    refuses::<NaiveDate>(
        &[
            "2023-02-29",
            "1900-02-29",
            "0000-01-01",
            "2024-13-01",
            "2024-00-10",
            "2024-01-00",
            "24-01-01",
            "2024-1-1",
            "2024-01-01 00:00",
            "+2024-01-01",
            "now",
            "",
        ]
        .map(text),
        "expected date, got malformed data",
    );
    refuses::<NaiveTime>(
        &[
            "24:00:00",
            "12:60",
            "12:00:60",
            "12",
            "12:00:00.",
            "12:00:00Z",
        ]
        .map(text),
        "expected time, got malformed data",
    );
    refuses::<DateTime<Utc>>(
        &[
            "2024-02-29 09:05 ",
            "2024-02-29  09:05",
            "2024-02-29 09:05+",
            "2024-02-29 09:05+99:00",
            "2024-02-29T",
            "2460369.87",
        ]
        .map(text),
        "expected timestamptz, got malformed data",
    );
    refuses::<DateTime<Utc>>(
        &[text("2024-02-29 09:05:00.0000001")],
        "expected timestamptz, got a fraction finer than microseconds",
    );
    refuses::<NaiveDateTime>(
        &[text("2024-02-29 09:05:00+02:00")],
        "expected timestamp, got a time with an offset from UTC",
    );
    // Seconds or days, since 1970 or before: nothing tells.
    refuses::<DateTime<Utc>>(
        &[Cell::Integer(1_709_197_500)],
        "expected timestamptz, got integer",
    );
}

#[test]
fn uuids() {
    let id = Uuid::from_u128(0x67e5_5044_10b1_426f_9247_bb68_0e5f_e0c8);
    reads(
        &[
            text("67e55044-10b1-426f-9247-bb680e5fe0c8"),
            text("67E55044-10B1-426F-9247-BB680E5FE0C8"),
            text("67e5504410b1426f9247bb680e5fe0c8"),
            Cell::Blob(id.as_bytes()),
        ],
        &id,
    );
    refuses::<Uuid>(
        &[text("67e55044"), text(""), Cell::Blob(&[1, 2])],
        "expected uuid, got malformed data",
    );
    refuses::<Uuid>(&[Cell::Integer(7)], "expected uuid, got integer");
}

#[test]
fn texts_blobs_and_documents() {
    reads(&[text("")], &String::new());
    reads(&[Cell::Blob(&[])], &Vec::<u8>::new());
    refuses::<String>(&[Cell::Text(&[0xff])], "expected text, got malformed data");
    refuses::<String>(&[Cell::Integer(7)], "expected text, got integer");
    refuses::<Vec<u8>>(&[text("abc")], "expected bytea, got text");
    reads(&[text(" {\"a\": [1]} ")], &json!({"a": [1]}));
    // A column declared `JSON` makes numbers of numbers.
    reads(&[Cell::Integer(-5)], &json!(-5));
    reads(&[Cell::Real(1.5)], &json!(1.5));
    refuses::<Value>(&[Cell::Blob(b"{}")], "expected jsonb, got blob");
    reads(&[Cell::Null], &None::<Json<Vec<i32>>>);
}

#[test]
fn types_that_are_not_stored() {
    refuses::<Vec<i32>>(&[text("{1}")], "expected int4[], got text");
    refuses::<Interval>(&[text("P1D")], "expected interval, got text");
    refuses::<Range<i32>>(&[text("[1,2)")], "expected int4range, got text");
    reads(&[Cell::Null], &None::<Vec<i32>>);
    cannot_be_stored(
        &Interval::from_days(1),
        "SQLite cannot hold a value of type interval",
    );
    let range: Range<i32> = (1..2).into();
    cannot_be_stored(&range, "SQLite cannot hold a value of type int4range");
}

#[test]
fn values_that_are_not_stored() {
    cannot_be_stored(
        &f64::NAN,
        "a value of type float8 is not a number: SQLite cannot hold it",
    );
    cannot_be_stored(
        &f32::NAN,
        "a value of type float4 is not a number: SQLite cannot hold it",
    );
    let beyond = "a value of type date is beyond the years 1 to 9999: SQLite cannot hold it";
    cannot_be_stored(&day(10_000, 1, 1), beyond);
    cannot_be_stored(&day(0, 12, 31), beyond);
    cannot_be_stored(&NaiveDate::MIN, beyond);
    cannot_be_stored(
        &day(0, 12, 31).and_time(NaiveTime::MIN).and_utc(),
        "a value of type timestamptz is beyond the years 1 to 9999: SQLite cannot hold it",
    );
    cannot_be_stored(
        &Infinite::<NaiveDateTime>::Infinity,
        "a value of type timestamp is infinite: SQLite cannot hold it",
    );
    cannot_be_stored(
        &NaiveTime::from_hms_micro_opt(23, 59, 59, 1_500_000).expect("a leap second"),
        "a value of type time is beyond 23:59:59.999999: SQLite cannot hold it",
    );
    let nul = "contains the character NUL (U+0000): SQLite cannot hold it";
    cannot_be_stored(
        &"canary\0".to_owned(),
        &format!("a value of type text {nul}"),
    );
    cannot_be_stored(
        &json!({"canary": "\0"}),
        &format!("a value of type jsonb {nul}"),
    );
    let mut listed = 0;
    let list = Param::array(vec![1.0, f64::NAN, 2.0]);
    assert!(list.each_stored(&mut |_| listed += 1).is_err());
    assert_eq!(listed, 1);
}

// Whoever compares documents compares texts.
#[test]
fn equal_documents_have_equal_texts() {
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct Twice {
        z: i32,
        #[serde(flatten)]
        more: std::collections::BTreeMap<String, Value>,
    }
    let more = [("z", json!(1)), ("a\"{", json!({"y": [{}, []], "x": "}"}))];
    let twice = Twice {
        z: 0,
        more: more.map(|(name, value)| (name.to_owned(), value)).into(),
    };
    let stored = |param: Param| param.stored().expect("a document");
    let expected = r#"{"a\"{":{"x":"}","y":[{},[]]},"z":1}"#;
    assert_eq!(
        stored(Json(twice).into_param()),
        Stored::Text(expected.into())
    );
    assert_eq!(
        stored(json!("{").into_param()),
        Stored::Text("\"{\"".into())
    );
}

#[test]
fn literals() {
    let literal = |param: Param| {
        let mut out = String::new();
        param.stored().expect("stored").write_literal(&mut out);
        out
    };
    assert_eq!(literal(true.into()), "1");
    assert_eq!(literal(i64::MIN.into()), "-9223372036854775808");
    assert_eq!(literal(0.1_f64.into()), "0.1");
    assert_eq!(literal(f64::NEG_INFINITY.into()), "-9e999");
    assert_eq!(literal("it's".into()), "'it''s'");
    assert_eq!(literal(vec![0_u8, 255].into()), "x'00ff'");
    assert_eq!(literal(Param::Null), "NULL");
    assert_eq!(literal(day(7, 1, 2).into()), "'0007-01-02'");
}
