//! Keys without a server.

use uuid::Uuid;

use super::{IntoKey, Key};
use crate::decode::{Cursor, MadeRow, Row};
use crate::types::{ColumnType, Param, WireType};

fn row(cells: &[(WireType<'static>, Param)]) -> Row {
    let mut row = MadeRow::new();
    for (sql_type, value) in cells {
        row.push(*sql_type, value).expect("a value of the type");
    }
    row.into()
}

#[test]
fn a_key_becomes_one_parameter_per_column() {
    let mut params = Vec::new();
    7.push_params(&mut params);
    (8_i64, "x".to_owned()).push_params(&mut params);
    let expected = [Param::Int4(7), Param::Int8(8), Param::Text("x".to_owned())];
    assert_eq!(params, expected);
    assert_eq!((<i32 as Key>::WIDTH, <(i64, String)>::WIDTH), (1, 2));
}

#[test]
fn many_keys_become_one_array_per_column() {
    assert_eq!(i32::array_params(vec![1, 2]), [vec![1, 2].to_param()]);
    let pairs = vec![(1, "a".to_owned()), (2, "b".to_owned())];
    let expected = [
        vec![1, 2].to_param(),
        vec!["a".to_owned(), "b".to_owned()].to_param(),
    ];
    assert_eq!(<(i32, String)>::array_params(pairs), expected);
}

#[test]
fn a_key_is_read_from_the_next_fields() {
    let row = row(&[
        (WireType::BOOL, Param::Bool(true)),
        (WireType::INT4, Param::Int4(1)),
        (WireType::INT8, Param::Int8(2)),
        (WireType::INT4, Param::Int4(3)),
    ]);
    let mut cursor = Cursor::of_row(&row);
    cursor.skip(1);
    assert_eq!(<(i32, i64)>::decode(&mut cursor).ok(), Some(Some((1, 2))));
    assert_eq!(<i32 as Key>::decode(&mut cursor).ok(), Some(Some(3)));
}

// An outer row without a partner has NULL in its key, in any part of it.
#[test]
fn a_key_with_a_null_part_is_none_and_still_moves_on() {
    let row = row(&[
        (WireType::INT4, Param::Null),
        (WireType::INT4, Param::Int4(1)),
        (WireType::INT4, Param::Int4(2)),
    ]);
    let mut cursor = Cursor::of_row(&row);
    assert_eq!(<(i32, i32)>::decode(&mut cursor).ok(), Some(None));
    assert_eq!(cursor.position(), 2);
    assert_eq!(<i32 as Key>::decode(&mut cursor).ok(), Some(Some(2)));
}

#[test]
fn another_type_is_an_error_and_not_a_missing_key() {
    let row = row(&[
        (WireType::INT4, Param::Null),
        (WireType::TEXT, Param::Text("x".to_owned())),
    ]);
    assert!(<(i32, i32)>::decode(&mut Cursor::of_row(&row)).is_err());
}

// Names and addresses serve as keys; they are not for logs.
#[test]
fn only_numbers_and_uuids_are_shown() {
    assert_eq!(Key::describe(&7_i16).as_deref(), Some("7"));
    assert_eq!(
        Uuid::nil().describe().as_deref(),
        Some("00000000-0000-0000-0000-000000000000")
    );
    assert_eq!((1, 2_i64, 3_i16).describe().as_deref(), Some("(1, 2, 3)"));
    assert_eq!("ada@example.com".to_owned().describe(), None);
    assert_eq!((1, "ada".to_owned()).describe(), None);
    assert_eq!(true.describe(), None);
}

#[test]
fn parts_of_a_key_can_be_borrowed() {
    fn key<K>(given: impl IntoKey<K>) -> K {
        given.into_key()
    }
    assert_eq!(key::<String>("x"), "x");
    assert_eq!(
        key::<(i32, String, i64)>((1, "x", 2)),
        (1, "x".to_owned(), 2)
    );
    assert_eq!(key::<Uuid>(Uuid::nil()), Uuid::nil());
    let wide = (1, 2, 3, 4, 5, 6, 7, "8");
    assert_eq!(
        key::<(i64, i32, i16, i64, i32, i16, i64, String)>(wide).7,
        "8"
    );
}
