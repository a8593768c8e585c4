//! Arrays and ranges.

use std::ops::Bound;

use chrono::{NaiveDate, Utc};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{WireType, bytes_of, complaint, refusal, survives};
use crate::schema::SqlType;
use crate::types::{ColumnType, IntoValue, Param, Range};

#[test]
fn arrays_survive() {
    survives(&Vec::<i32>::new(), WireType::INT4_ARRAY);
    survives(&vec![1, -2, i32::MAX], WireType::INT4_ARRAY);
    survives(&vec![Some(1), None, Some(3)], WireType::INT4_ARRAY);
    survives(&vec![true, false], WireType::BOOL_ARRAY);
    survives(
        &vec![Some(String::new()), None, Some("NULL".to_owned())],
        WireType::VARCHAR_ARRAY,
    );
    survives(&vec![vec![1_u8, 0], vec![]], WireType::BYTEA_ARRAY);
    survives(&vec![Utc::now().date_naive()], WireType::DATE_ARRAY);
    survives(&vec![Decimal::new(150, 2)], WireType::NUMERIC_ARRAY);
    survives(
        &vec![Range::from(1..5), Range::Empty],
        WireType::INT4_RANGE_ARRAY,
    );
    survives(&Some(vec![1_i64]), WireType::INT8_ARRAY);
    survives(&None::<Vec<i64>>, WireType::INT8_ARRAY);
}

#[test]
fn a_bound_array_is_that_of_its_elements() {
    let many = i64::array_param(vec![1, 2, 3]);
    assert_eq!(
        bytes_of(&many, WireType::INT8_ARRAY),
        bytes_of(&vec![1_i64, 2, 3].to_param(), WireType::INT8_ARRAY)
    );
    assert_eq!(format!("{many:?}"), "Param(int8[])");
    let keys = <Option<i64>>::array_param(vec![Some(1), None]);
    assert_eq!(
        bytes_of(&keys, WireType::INT8_ARRAY),
        bytes_of(&vec![Some(1_i64), None].to_param(), WireType::INT8_ARRAY)
    );
}

// PostgreSQL has no array of arrays, and `unnest` flattens a second dimension.
#[test]
fn many_arrays_travel_as_texts() {
    let many = <Vec<Option<String>>>::array_param(vec![
        vec![Some("a\"b\\".to_owned()), None],
        vec![],
        vec![Some("{,}".to_owned()), Some("NULL".to_owned())],
    ]);
    let texts = [r#"{"a\"b\\",NULL}"#, "{}", r#"{"{,}","NULL"}"#]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(
        bytes_of(&many, WireType::TEXT_ARRAY),
        bytes_of(&texts.to_param(), WireType::TEXT_ARRAY)
    );
    let nullable = <Option<Vec<i32>>>::array_param(vec![Some(vec![1, 2]), None]);
    let texts = vec![Some(r#"{"1","2"}"#.to_owned()), None];
    assert_eq!(
        bytes_of(&nullable, WireType::TEXT_ARRAY),
        bytes_of(&texts.to_param(), WireType::TEXT_ARRAY)
    );
    assert_eq!(<Vec<i32>>::SQL_TYPE.element_of_bound_array(), SqlType::Text);
}

#[test]
fn what_is_no_such_array_is_a_fault() {
    let numbers = bytes_of(&vec![1, 2].to_param(), WireType::INT4_ARRAY).expect("an array");
    let raw = numbers.as_deref();
    assert_eq!(
        complaint::<Vec<i32>>(WireType::INT4, raw),
        "expected int4[], got int4"
    );
    assert_eq!(
        complaint::<Vec<String>>(WireType::INT4_ARRAY, raw),
        "expected text, got int4"
    );
    let nullable =
        bytes_of(&vec![Some(1), None].to_param(), WireType::INT4_ARRAY).expect("an array");
    assert_eq!(
        complaint::<Vec<i32>>(WireType::INT4_ARRAY, nullable.as_deref()),
        "expected int4, got NULL"
    );
    let two_dimensions = [0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 23];
    assert_eq!(
        complaint::<Vec<i32>>(WireType::INT4_ARRAY, Some(&two_dimensions)),
        "expected int4[], got an array of several dimensions"
    );
    let endless = [
        0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 1,
    ];
    assert_eq!(
        complaint::<Vec<i32>>(WireType::INT4_ARRAY, Some(&endless)),
        "expected int4[], got malformed data"
    );
    assert_eq!(
        refusal(&vec![1], WireType::INT4),
        "a value of type int4[] cannot be sent as int4"
    );
    assert_eq!(
        refusal(&vec![1], WireType::TEXT_ARRAY),
        "a value of type int4 cannot be sent as text"
    );
}

#[test]
fn slices_and_arrays_can_be_given() {
    let numbers: Vec<i64> = [1, 2].into_value();
    assert_eq!(numbers, [1, 2]);
    let texts: Vec<String> = ["a", "b"].into_value();
    assert_eq!(texts, ["a", "b"]);
    let slice: Vec<i32> = (&[1, 2][..]).into_value();
    assert_eq!(slice, [1, 2]);
    let optional: Option<Vec<i32>> = [1].into_value();
    assert_eq!(optional, Some(vec![1]));
}

#[test]
fn ranges_survive() {
    survives(&Range::<i32>::Empty, WireType::INT4_RANGE);
    survives(&Range::<i32>::ALL, WireType::INT4_RANGE);
    survives(&Range::from(1..5), WireType::INT4_RANGE);
    survives(&Range::from(1_i64..=5), WireType::INT8_RANGE);
    survives(&Range::from(..Decimal::new(15, 1)), WireType::NUM_RANGE);
    survives(
        &Range::Between(Bound::Excluded(Decimal::ONE), Bound::Unbounded),
        WireType::NUM_RANGE,
    );
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).expect("a date");
    survives(&Range::from(day..), WireType::DATE_RANGE);
    let moment = day.and_hms_micro_opt(1, 2, 3, 4).expect("a time");
    survives(&Range::from(moment..=moment), WireType::TS_RANGE);
    survives(&Range::from(..=moment.and_utc()), WireType::TSTZ_RANGE);
}

#[test]
fn what_is_no_such_range_is_a_fault() {
    assert_eq!(
        complaint::<Range<i32>>(WireType::INT4, Some(&[0; 4])),
        "expected int4range, got int4"
    );
    assert_eq!(
        complaint::<Range<i32>>(WireType::INT4_RANGE, Some(&[])),
        "expected int4range, got malformed data"
    );
    assert_eq!(
        complaint::<Range<i32>>(WireType::INT4_RANGE, Some(&[2])),
        "expected int4range, got malformed data"
    );
    let wide = bytes_of(&Range::from(1_i64..5).to_param(), WireType::INT8_RANGE).expect("a range");
    assert_eq!(
        complaint::<Range<i32>>(WireType::INT8_RANGE, wide.as_deref()),
        "expected int4, got int8"
    );
    assert_eq!(
        refusal(&Range::from(1..5), WireType::TEXT),
        "a value of type int4range cannot be sent as text"
    );
}

#[test]
fn a_range_knows_what_it_contains() {
    let range = Range::from(1..=5);
    assert!(range.contains(&1) && range.contains(&5) && !range.contains(&6));
    assert_eq!(
        (range.lower(), range.upper()),
        (Some(&Bound::Included(1)), Some(&Bound::Included(5)))
    );
    assert!(Range::<i32>::ALL.contains(&i32::MIN));
    assert_eq!(Range::<i32>::Empty.lower(), None);
    let json = serde_json::to_string(&range).expect("json");
    assert_eq!(serde_json::from_str(&json).ok(), Some(range));
}

fn bounds() -> impl Strategy<Value = Bound<i64>> {
    prop_oneof![
        Just(Bound::Unbounded),
        any::<i64>().prop_map(Bound::Included),
        any::<i64>().prop_map(Bound::Excluded),
    ]
}

proptest! {
    #[test]
    fn any_array_survives(
        numbers: Vec<Option<i64>>,
        texts in proptest::collection::vec(proptest::option::of("[^\0]*"), 0..8),
        bytes: Vec<Vec<u8>>,
    ) {
        survives(&numbers, WireType::INT8_ARRAY);
        survives(&texts, WireType::TEXT_ARRAY);
        survives(&bytes, WireType::BYTEA_ARRAY);
    }

    #[test]
    fn any_range_survives(lower in bounds(), upper in bounds()) {
        survives(&Range::Between(lower, upper), WireType::INT8_RANGE);
    }

    #[test]
    fn damaged_bytes_never_panic(raw: Vec<u8>) {
        let _ = <Vec<Option<String>>>::decode(WireType::TEXT_ARRAY, Some(&raw));
        let _ = <Vec<i32>>::decode(WireType::INT4_ARRAY, Some(&raw));
        let _ = <Range<i32>>::decode(WireType::INT4_RANGE, Some(&raw));
        let _ = <Range<Decimal>>::decode(WireType::NUM_RANGE, Some(&raw));
    }
}

#[test]
fn an_array_of_parameters_counts_its_elements() {
    assert!(
        matches!(vec![1, 2].to_param(), Param::Other(array) if array.element_count() == Some(2))
    );
}
