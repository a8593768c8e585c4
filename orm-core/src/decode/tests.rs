//! Reading rows without a server.

use crate::types::WireType;

use super::{Cursor, MadeRow, Row};
use crate::schema::{ColumnDef, SqlType, TableDef, TableName};
use crate::types::{ColumnType, Param};

static ORDERS: TableDef = TableDef {
    model: "Order",
    name: TableName {
        schema: None,
        name: "orders",
    },
    columns: &[
        ColumnDef::new("id", "id", SqlType::Int4),
        ColumnDef::new("note", "note", SqlType::Text),
        ColumnDef::new("total_cents", "total", SqlType::Int8),
    ],
    primary_key: &[0],
    uniques: &[],
    checks: &[],
    indexes: &[],
    associations: &[],
    comment: None,
    renamed_from: None,
};

/// `7`, NULL, `"text"` in columns of the types int4, text, text.
fn row() -> Row {
    let mut row = MadeRow::new();
    row.push(WireType::INT4, &7.to_param()).expect("an integer");
    row.push(WireType::TEXT, &Param::Null).expect("NULL");
    row.push(WireType::TEXT, &String::from("text").to_param())
        .expect("a text");
    row.into()
}

fn message<T: std::fmt::Debug>(result: crate::Result<T>) -> String {
    result.expect_err("this cannot be read").to_string()
}

#[test]
fn fields_are_read_in_turn() {
    let row = row();
    let mut cursor = Cursor::of_row(&row);
    assert_eq!(cursor.peek::<i32>().ok(), Some(7));
    assert_eq!(cursor.take::<i32>().ok(), Some(7));
    assert!(cursor.is_null_at(1) && !cursor.is_null_at(2) && cursor.is_null_at(3));
    cursor.skip(1);
    assert_eq!(cursor.position(), 2);
    assert_eq!(cursor.take::<String>().ok().as_deref(), Some("text"));
    assert_eq!(cursor.at::<i32>(0).ok(), Some(7));
}

#[test]
fn an_error_names_the_column() {
    let row = row();
    let mut cursor = Cursor::of_row(&row).table(&ORDERS);
    cursor.skip(1);
    assert_eq!(
        message(cursor.take::<String>()),
        "orders.note: expected text, got NULL"
    );
    assert_eq!(
        message(cursor.take::<i64>()),
        "orders.total_cents: expected int8, got text"
    );
}

#[test]
fn an_error_beyond_the_table_counts_the_columns() {
    let row = row();
    let cursor = Cursor::of_row(&row);
    assert_eq!(
        message(cursor.at::<i64>(2)),
        "column 3: expected int8, got text"
    );
    assert_eq!(
        message(cursor.at::<i64>(3)),
        "column 4: expected a column, got the end of the row"
    );
}

#[test]
fn slots_say_where_fields_lie() {
    let row = row();
    let mut cursor = Cursor::of_row(&row).table(&ORDERS).slots(&[0, 2, 1]);
    assert_eq!(cursor.take::<i32>().ok(), Some(7));
    assert_eq!(cursor.take::<String>().ok().as_deref(), Some("text"));
    assert_eq!(
        message(cursor.take::<i64>()),
        "orders.total_cents: expected int8, got text"
    );
    assert_eq!(
        message(cursor.take::<i64>()),
        "orders.column 4: expected a column, got the end of the row"
    );
}

#[test]
fn fields_can_start_later_in_the_row() {
    let row = row();
    let mut cursor = Cursor::of_row(&row).table(&ORDERS).starting_at(2);
    assert_eq!(
        message(cursor.take::<i32>()),
        "orders.id: expected int4, got text"
    );
    let cursor = Cursor::of_row(&row).starting_at(usize::MAX);
    assert!(cursor.at::<i32>(1).is_err());
}

// A projection selects some columns: the error names those.
#[test]
fn columns_say_which_fields_were_selected() {
    let row = row();
    let cursor = Cursor::of_row(&row).table(&ORDERS).columns(&[2, 0]);
    assert_eq!(
        message(cursor.at::<String>(0)),
        "orders.total_cents: expected text, got int4"
    );
    assert_eq!(
        message(cursor.at::<i32>(1)),
        "orders.id: expected int4, got text"
    );
}

#[test]
fn a_made_row_shows_types_only() {
    assert_eq!(format!("{:?}", row()), r#"["int4", "text", "text"]"#);
    assert!(!format!("{:?}", Cursor::of_row(&row())).contains("text\", 7"));
}
