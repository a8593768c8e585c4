//! Values as text and as SQL literals.

use chrono::NaiveDate;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::types::{ColumnType, EncodeFault, Inet, Interval, Range};

fn literal<T: ColumnType>(value: T) -> Result<String, EncodeFault> {
    let mut out = String::new();
    value.into_param().write_literal(&mut out)?;
    Ok(out)
}

#[test]
fn numbers_stand_bare_and_everything_else_is_quoted() {
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a date");
    let moment = day.and_hms_micro_opt(1, 2, 3, 45).expect("a time");
    let expected = [
        (literal(true), "true"),
        (literal(-7_i16), "-7"),
        (literal(i64::MIN), "-9223372036854775808"),
        (literal(0.1_f32), "0.1"),
        (literal(f64::NAN), "'NaN'"),
        (literal(f64::NEG_INFINITY), "'-Infinity'"),
        (literal(Decimal::new(-150, 2)), "-1.50"),
        (literal(None::<i32>), "NULL"),
        (literal(String::from("it's \\ \"$1\"")), r#"'it''s \ "$1"'"#),
        (literal(vec![0_u8, 255]), r"'\x00ff'"),
        (
            literal(Uuid::nil()),
            "'00000000-0000-0000-0000-000000000000'",
        ),
        (literal(day), "'2024-02-29'"),
        (literal(moment.time()), "'01:02:03.000045'"),
        (literal(moment), "'2024-02-29 01:02:03.000045'"),
        (literal(moment.and_utc()), "'2024-02-29 01:02:03.000045+00'"),
        (literal(json!({"it's": 1})), r#"'{"it''s":1}'"#),
        (
            literal(vec![Some("a'b".to_owned()), None]),
            r#"'{"a''b",NULL}'"#,
        ),
        (literal(Range::from(1..5)), r#"'["1","5")'"#),
        (literal(Range::<i32>::Empty), "'empty'"),
        (literal(Range::<i32>::ALL), "'(,)'"),
        (
            literal("10.0.0.7/8".parse::<Inet>().expect("an address")),
            "'10.0.0.7/8'",
        ),
        (
            literal(Interval {
                months: -1,
                days: 2,
                microseconds: -1,
            }),
            "'P-1M2DT-0H-0M-0.000001S'",
        ),
    ];
    for (literal, expected) in expected {
        assert_eq!(literal.as_deref(), Ok(expected));
    }
}

#[test]
fn years_before_the_first_are_counted_backwards() {
    let dates = [
        ((0, 1, 2), "'0001-01-02 BC'"),
        ((-4712, 1, 1), "'4713-01-01 BC'"),
        ((12_345, 6, 7), "'12345-06-07'"),
    ];
    for ((year, month, day), expected) in dates {
        let date = NaiveDate::from_ymd_opt(year, month, day).expect("a date");
        assert_eq!(literal(date).as_deref(), Ok(expected));
    }
    let moment = NaiveDate::from_ymd_opt(-1, 1, 1)
        .and_then(|day| day.and_hms_opt(0, 0, 0))
        .expect("a time");
    assert_eq!(
        literal(moment.and_utc()).as_deref(),
        Ok("'0002-01-01 00:00:00.000000+00 BC'")
    );
}

#[test]
fn what_has_no_literal_is_refused() {
    assert_eq!(
        literal(String::from("a\0b")),
        Err(EncodeFault::nul_in_text())
    );
    assert_eq!(
        literal(vec!["\0".to_owned()]),
        Err(EncodeFault::nul_in_text())
    );
}

proptest! {
    // What lies between the outer quotes holds quotes in pairs only.
    #[test]
    fn no_text_leaves_its_quotes(text in "[^\0]*") {
        let literal = literal(text.clone()).expect("no NUL");
        let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let inner = inner.expect("outer quotes");
        prop_assert!(inner.split("''").all(|part| !part.contains('\'')));
        prop_assert_eq!(inner.replace("''", "'"), text);
    }
}
