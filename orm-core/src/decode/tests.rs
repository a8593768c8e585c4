//! Reading rows without a server.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::stored_rows::StoredRows;
use crate::types::WireType;
use crate::types::stored::Cell;

use super::{Cursor, MadeRow, Row};
use crate::schema::{ColumnDef, SqlType, TableDef, TableKind, TableName};
use crate::types::{ColumnType, Param};

static ORDERS: TableDef = TableDef {
    model: "Order",
    kind: TableKind::Table,
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
    primary_key_name: None,
    uniques: &[],
    exclusions: &[],
    checks: &[],
    indexes: &[],
    associations: &[],
    storage: crate::schema::StorageDef::PLAIN,
    comment: None,
    renamed_from: None,
    backends: &[],
    soft_delete: None,
    scopes: &[],
    hooks: false,
};

static PRICES: TableDef = TableDef {
    columns: &[
        ColumnDef::new("price", "price", SqlType::Numeric(Some((10, 2)))),
        ColumnDef::new("was", "was", SqlType::Numeric(Some((10, 2)))),
    ],
    ..ORDERS
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

/// `7`, NULL, `"text"`, `1.5` as a database without types gives them, twice.
fn stored() -> Vec<Row> {
    let names = ["id", "note", "said", "price"].map(Box::from);
    let mut rows = StoredRows::new(Arc::new(names));
    for id in [7, 8] {
        rows.push(Cell::Integer(id));
        rows.push(Cell::Null);
        rows.push(Cell::Text(b"text"));
        rows.push(Cell::Text(b"1.5"));
    }
    assert_eq!((rows.len(), rows.size()), (2, 14 + 8 * 16));
    rows.into_rows().collect()
}

#[test]
fn a_stored_row_is_read_as_any_other() {
    let rows = stored();
    let [first, second] = &rows[..] else {
        panic!("two rows");
    };
    assert_eq!(first.get::<i32>(0).ok(), Some(7));
    assert_eq!(second.get::<i64>(0).ok(), Some(8));
    assert_eq!((first.integer(0), first.integer(2)), (Some(7), None));
    assert_eq!(first.get::<Option<String>>(1).ok(), Some(None));
    assert_eq!(first.text(1).ok(), Some(None));
    assert_eq!(second.text(2).ok(), Some(Some("text")));
    assert_eq!(
        (first.len(), first.name(3), first.name(4)),
        (4, Some("price"), None)
    );
    assert_eq!(message(first.text(0)), "id: expected text, got integer");
    assert_eq!(
        message(first.get::<i64>(2)),
        "said: expected int8, got text"
    );
    assert_eq!(
        message(first.get::<i64>(4)),
        "column 5: expected a column, got the end of the row"
    );
    assert_eq!(
        format!("{first:?}"),
        r#"["integer", "NULL", "text", "text"]"#
    );

    let mut cursor = Cursor::of_row(second);
    assert_eq!(cursor.take_unpadded::<i32>().ok(), Some(8));
    assert!(cursor.is_null_at(1) && !cursor.is_null_at(2) && cursor.is_null_at(4));
    assert!(!cursor.skip_padded());
    assert_eq!(
        cursor.take_unpadded::<String>().ok().as_deref(),
        Some("text")
    );
    let mut cursor = Cursor::of_row(second).table(&ORDERS).slots(&[0, 1, 2]);
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

// 1.5 in a column of two digits after the point is 1.50, whoever wrote it.
#[test]
fn a_declared_scale_is_kept() {
    let rows = stored();
    let price: Decimal = rows[0].get(3).expect("a number");
    assert_eq!(price.to_string(), "1.5");
    let cursor = Cursor::of_row(&rows[0]).table(&PRICES).slots(&[3, 1]);
    let price: Decimal = cursor.at(0).expect("a number");
    assert_eq!(price.to_string(), "1.50");
    assert_eq!(cursor.at::<Option<Decimal>>(1).ok(), Some(None));
}
