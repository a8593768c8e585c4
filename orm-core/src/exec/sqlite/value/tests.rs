//! Every neutral type through a real database in memory: what is put in comes out,
//! is found by `=` and in a list, and is sorted as the Rust type sorts.

use std::cmp::Ordering;
use std::fmt::Debug;
use std::rc::Rc;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use proptest::prelude::*;
use rusqlite::Connection;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{Bound, bind, cell};
use crate::decode::Row;
use crate::decode::stored_rows::StoredRows;
use crate::types::{ColumnType, Json, Param};

/// A table of one column.
struct Column(Connection);

impl Column {
    fn of(declared: &str) -> Self {
        let connection = Connection::open_in_memory().expect("memory");
        rusqlite::vtab::array::load_module(&connection).expect("rarray");
        super::super::decimal::register(&connection).expect("decimals");
        connection
            .execute_batch(&format!(
                "CREATE TABLE t (at INTEGER PRIMARY KEY, value {declared}) STRICT; \
                 CREATE INDEX sorted ON t (value)"
            ))
            .expect("a table");
        Column(connection)
    }

    fn rows(&self, text: &str, params: &[Param]) -> Vec<Row> {
        let mut statement = self.0.prepare(text).expect("a statement");
        for (at, param) in params.iter().enumerate() {
            match bind(param).expect("a value that can be stored") {
                Bound::One(value) => statement.raw_bind_parameter(at + 1, value),
                Bound::List(values) => statement.raw_bind_parameter(at + 1, Rc::new(values)),
            }
            .expect("a parameter");
        }
        let names = statement
            .column_names()
            .into_iter()
            .map(Into::into)
            .collect();
        let width = statement.column_count();
        let mut taken = StoredRows::new(names);
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next().expect("a row") {
            for at in 0..width {
                taken.push(cell(row.get_ref(at).expect("a cell")));
            }
        }
        taken.into_rows().collect()
    }

    fn first<T: ColumnType>(&self, text: &str, params: &[Param]) -> Vec<T> {
        let rows = self.rows(text, params);
        rows.iter()
            .map(|row| row.get(0).expect("a value of the type"))
            .collect()
    }

    fn insert<T: ColumnType>(&self, values: &[T]) {
        for value in values {
            self.rows("INSERT INTO t (value) VALUES (?1)", &[value.to_param()]);
        }
    }
}

/// What holds of a type, whatever its values. `order` is the order of the Rust type.
fn holds<T: ColumnType + Debug>(
    declared: &str,
    values: &[T],
    order: impl Fn(&T, &T) -> Ordering,
) -> Result<(), TestCaseError> {
    let same = |left: &T, right: &T| order(left, right) == Ordering::Equal;
    let column = Column::of(declared);
    column.insert(values);

    let read: Vec<T> = column.first("SELECT value FROM t ORDER BY at", &[]);
    prop_assert_eq!(read.len(), values.len());
    for (read, written) in read.iter().zip(values) {
        prop_assert!(same(read, written), "{:?} came back as {:?}", written, read);
    }

    let sorted: Vec<T> = column.first("SELECT value FROM t ORDER BY value", &[]);
    for pair in sorted.windows(2) {
        prop_assert!(order(&pair[0], &pair[1]) != Ordering::Greater, "{:?}", pair);
    }

    for value in values {
        let equal = values.iter().filter(|other| same(other, value)).count();
        let found: Vec<T> =
            column.first("SELECT value FROM t WHERE value = ?1", &[value.to_param()]);
        prop_assert_eq!(found.len(), equal, "{:?}", value);
        prop_assert!(found.iter().all(|found| same(found, value)));
    }

    let list = T::array_param(values.to_vec());
    let listed: Vec<i64> = column.first(
        "SELECT at FROM t WHERE value IN (SELECT value FROM rarray(?1)) ORDER BY at",
        &[list],
    );
    prop_assert_eq!(listed.len(), values.len());
    Ok(())
}

fn each<T: ColumnType + Debug + Ord>(declared: &str, values: &[T]) {
    holds(declared, values, T::cmp).expect("holds");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn integers(small in prop::collection::vec(any::<i16>(), 1..8),
                middle in prop::collection::vec(any::<i32>(), 1..8),
                large in prop::collection::vec(any::<i64>(), 1..8)) {
        holds("INTEGER", &small, i16::cmp)?;
        holds("INTEGER", &middle, i32::cmp)?;
        holds("INTEGER", &large, i64::cmp)?;
    }

    #[test]
    fn floating_point_numbers(single in prop::collection::vec(any_f32(), 1..8),
                              double in prop::collection::vec(any_f64(), 1..8)) {
        holds("REAL", &single, |a, b| a.partial_cmp(b).expect("no NaN"))?;
        holds("REAL", &double, |a, b| a.partial_cmp(b).expect("no NaN"))?;
    }

    #[test]
    fn decimals(values in prop::collection::vec(any_decimal(), 1..12)) {
        let column = Column::of("TEXT");
        column.insert(&values);
        let read: Vec<Decimal> = column.first("SELECT value FROM t ORDER BY at", &[]);
        prop_assert_eq!(&read, &values);
        holds("TEXT COLLATE decimal", &values, Decimal::cmp)?;
        // With its zeros after the point.
        for (read, written) in read.iter().zip(&values) {
            prop_assert_eq!(read.scale(), written.scale());
        }
    }

    #[test]
    fn texts_and_blobs(texts in prop::collection::vec("[^\0]{0,20}", 1..8),
                       blobs in prop::collection::vec(any::<Vec<u8>>(), 1..8)) {
        holds("TEXT", &texts, String::cmp)?;
        holds("BLOB", &blobs, Vec::cmp)?;
    }

    #[test]
    fn uuids(values in prop::collection::vec(any::<[u8; 16]>(), 1..8)) {
        let values: Vec<Uuid> = values.into_iter().map(Uuid::from_bytes).collect();
        holds("TEXT", &values, Uuid::cmp)?;
    }

    #[test]
    fn moments(values in prop::collection::vec((-62_135_596_800_000_000_i64..=253_402_300_799_999_999, 0_i64..86_400_000_000), 1..8)) {
        let instants: Vec<DateTime<Utc>> = values.iter()
            .map(|(micros, _)| DateTime::from_timestamp_micros(*micros).expect("in range")).collect();
        let civil: Vec<NaiveDateTime> = instants.iter().map(DateTime::naive_utc).collect();
        let dates: Vec<NaiveDate> = civil.iter().map(NaiveDateTime::date).collect();
        let times: Vec<NaiveTime> = values.iter()
            .map(|(_, micros)| NaiveTime::MIN + chrono::TimeDelta::microseconds(*micros)).collect();
        holds("TEXT", &instants, DateTime::cmp)?;
        holds("TEXT", &civil, NaiveDateTime::cmp)?;
        holds("TEXT", &dates, NaiveDate::cmp)?;
        holds("TEXT", &times, NaiveTime::cmp)?;
    }
}

/// Every finite number and both infinities, the rare ones often.
fn any_f64() -> impl Strategy<Value = f64> {
    use proptest::num::f64::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    INFINITE | NEGATIVE | NORMAL | POSITIVE | SUBNORMAL | ZERO
}

fn any_f32() -> impl Strategy<Value = f32> {
    use proptest::num::f32::{INFINITE, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
    INFINITE | NEGATIVE | NORMAL | POSITIVE | SUBNORMAL | ZERO
}

/// Few digits or many, any scale.
fn any_decimal() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![
        -100_i128..100,
        any::<i64>().prop_map(i128::from),
        -(1_i128 << 96) + 1..(1_i128 << 96),
    ];
    (digits, 0_u32..=28).prop_map(|(digits, scale)| Decimal::from_i128_with_scale(digits, scale))
}

#[test]
fn the_ends_of_every_type() {
    each("INTEGER", &[false, true]);
    each("INTEGER", &[i16::MIN, -1, 0, 1, i16::MAX]);
    each("INTEGER", &[i32::MIN, -1, 0, 1, i32::MAX]);
    each(
        "INTEGER",
        &[i64::MIN, i64::MIN + 1, -1, 0, 1, (1 << 53) + 1, i64::MAX],
    );
    let text = "ä\u{1F980}\u{10FFFF}'\"\\%_ ".to_owned();
    each("TEXT", &[String::new(), text, "x".repeat(10_000_000)]);
    each(
        "BLOB",
        &[vec![], vec![0_u8], vec![0, 0xff], vec![7; 10_000_000]],
    );
    each("TEXT", &[Uuid::nil(), Uuid::max()]);
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a day");
    let days = [
        day(1, 1, 1),
        day(4, 2, 29),
        day(1582, 10, 15),
        day(1970, 1, 1),
        day(9999, 12, 31),
    ];
    each("TEXT", &days);
    let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time");
    each("TEXT", &[NaiveTime::MIN, last]);
    each("TEXT", &days.map(|day| day.and_time(last)));
    each("TEXT", &days.map(|day| day.and_time(last).and_utc()));
    let decimals = [
        Decimal::MIN,
        -Decimal::ONE,
        Decimal::new(1, 28),
        Decimal::MAX,
    ];
    each("TEXT COLLATE decimal", &decimals);
    let doubles = [
        f64::MIN,
        -f64::MIN_POSITIVE,
        -5e-324,
        0.0,
        5e-324,
        0.1,
        f64::MAX,
        f64::INFINITY,
    ];
    holds("REAL", &doubles, |a, b| a.partial_cmp(b).expect("no NaN")).expect("holds");
    let singles = [
        f32::MIN,
        -1e-45,
        0.0,
        1e-45,
        0.1,
        f32::MAX,
        f32::NEG_INFINITY,
    ];
    holds("REAL", &singles, |a, b| a.partial_cmp(b).expect("no NaN")).expect("holds");
}

// A default of a column means what the same value means that is bound.
#[test]
fn a_literal_is_the_value() {
    let params = [
        i64::MIN.to_param(),
        i64::MAX.to_param(),
        true.to_param(),
        f64::MAX.to_param(),
        0.1_f32.to_param(),
        5e-324_f64.to_param(),
        f64::NEG_INFINITY.to_param(),
        String::from("it's \\ \n").to_param(),
        vec![0_u8, 255].to_param(),
        Decimal::MIN.to_param(),
        NaiveDate::MIN.with_year(1).to_param(),
        json!({"a": "'"}).to_param(),
    ];
    let column = Column::of("ANY");
    for param in params {
        let mut literal = String::new();
        param.stored().expect("stored").write_literal(&mut literal);
        let same: Vec<bool> = column.first(
            &format!("SELECT ?1 IS {literal} AND typeof(?1) = typeof({literal})"),
            &[param],
        );
        assert_eq!(same, [true], "{literal}");
    }
}

// A new bound of a column's type is met where the value is sent.
#[test]
fn what_cannot_be_stored_is_refused_by_name() {
    let refusal = |param: Param| bind(&param).err().expect("refused");
    let error = refusal(vec![f64::NAN].into_param());
    assert_eq!(error.kind(), crate::error::ErrorKind::Encode);
    assert_eq!(
        error.to_string(),
        "a value of type float8 is not a number: SQLite cannot hold it"
    );
    assert!(!format!("{:?}", refusal(Param::from("canary\0"))).contains("canary"));
}

// SQLite writes a zero of either sign to the disk as one; so do we, everywhere.
#[test]
fn a_negative_zero_is_zero() {
    let column = Column::of("REAL");
    column.insert(&[-0.0_f64]);
    let read: Vec<f64> = column.first("SELECT value FROM t", &[]);
    assert_eq!(read[0].to_bits(), 0.0_f64.to_bits());
    let sent: Vec<f64> = column.first("SELECT ?1", &[(-0.0_f64).to_param()]);
    assert_eq!(sent[0].to_bits(), 0.0_f64.to_bits());
    column.0.execute("DELETE FROM t", []).expect("deleted");
    column
        .0
        .execute("INSERT INTO t (value) VALUES (?1)", [-0.0])
        .expect("inserted");
    let own: Vec<f64> = column.first("SELECT value FROM t", &[]);
    assert_eq!(own[0].to_bits(), 0.0_f64.to_bits(), "SQLite's own");
}

#[test]
fn documents() {
    let column = Column::of("TEXT");
    let document =
        json!({"b": [1, 2.5, {"z": null, "a": "\"{}[]:,\\"}], "a": {"é": true}, "": u64::MAX});
    column.insert(&[document.clone(), json!(null), json!([]), json!({})]);
    let read: Vec<serde_json::Value> = column.first("SELECT value FROM t ORDER BY at", &[]);
    assert_eq!(read, [document, json!(null), json!([]), json!({})]);

    #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
    struct Pair {
        z: i32,
        a: i32,
    }
    // The order of a struct's fields does not tell two documents apart.
    column.insert(&[Json(Pair { z: 1, a: 2 })]);
    let same = json!({"a": 2, "z": 1}).to_param();
    let found: Vec<Json<Pair>> = column.first("SELECT value FROM t WHERE value = ?1", &[same]);
    assert_eq!(found, [Json(Pair { z: 1, a: 2 })]);
}
