//! What the functions answer, asked by SQLite.

use rusqlite::Connection;
use rusqlite::types::Value;

use super::register;
use crate::error::Error;
use crate::exec::sqlite::clock::Clock;
use crate::sql::sqlite_texts;

fn open() -> Connection {
    let connection = Connection::open_in_memory().expect("memory");
    let clock = Clock::default();
    clock.begin_statement(false);
    rusqlite::vtab::array::load_module(&connection).expect("rarray");
    register(&connection, &clock).expect("functions");
    crate::exec::sqlite::decimal::register(&connection).expect("decimals");
    connection
}

/// The value of an expression, shown; an error by its kind.
fn ask(connection: &Connection, expr: &str) -> String {
    let row = connection.query_row(&format!("SELECT {expr}"), [], |row| row.get(0));
    match row {
        Ok(Value::Null) => "NULL".to_owned(),
        Ok(Value::Integer(value)) => value.to_string(),
        Ok(Value::Real(value)) => format!("{value:?}"),
        Ok(Value::Text(text)) => format!("'{text}'"),
        Ok(Value::Blob(_)) => "a blob".to_owned(),
        Err(rusqlite::Error::SqliteFailure(_, Some(message))) => {
            format!("{:?}", Error::of_sqlite(1, &message).kind())
        }
        Err(other) => panic!("{expr}: {other}"),
    }
}

fn all(cases: &[(&str, &str)]) {
    let connection = open();
    for (expr, expected) in cases {
        assert_eq!(ask(&connection, expr), *expected, "{expr}");
    }
}

#[test]
fn numbers_stay_in_their_type_or_are_refused() {
    all(&[
        ("orm_add(1, 2, 'int4')", "3"),
        ("orm_add(2147483647, 1, 'int4')", "NumericOutOfRange"),
        ("orm_add(2147483647, 1, 'int8')", "2147483648"),
        (
            "orm_add(9223372036854775807, 1, 'int8')",
            "NumericOutOfRange",
        ),
        ("orm_mul(200, 200, 'int2')", "NumericOutOfRange"),
        ("orm_div(-7, 2, 'int4')", "-3"),
        ("orm_rem(-7, 2, 'int4')", "-1"),
        ("orm_div(1, 0, 'int4')", "InvalidValue"),
        ("orm_div(1.0, 0.0, 'float8')", "InvalidValue"),
        ("orm_mul(1e308, 10.0, 'float8')", "NumericOutOfRange"),
        ("orm_mul(1e30, 1e30, 'float4')", "NumericOutOfRange"),
        ("orm_sub(NULL, 1, 'int4')", "NULL"),
        ("orm_add(0.5, 0.25, 'float4')", "0.75"),
    ]);
}

#[test]
fn texts_are_folded_and_matched_beyond_ascii() {
    all(&[
        ("orm_lower('ÄÖ İ ß Σ')", "'äö İ ß σ'"),
        ("orm_upper('straße')", "'STRAßE'"),
        ("orm_like('Grün', 'Gr_n')", "1"),
        ("orm_like('grün', 'Gr%')", "0"),
        ("orm_ilike('GRÜN', 'gr_n')", "1"),
        (r"orm_like('50%', '50\%')", "1"),
        (r"orm_like('500', '50\%')", "0"),
        (r"orm_like('x', 'x\')", "InvalidValue"),
        ("orm_like('', '%')", "1"),
        ("orm_like('abcabd', '%abd')", "1"),
        ("orm_like('abc', '%b')", "0"),
        ("orm_like(NULL, '%')", "NULL"),
    ]);
}

#[test]
fn times_are_cut_and_asked_in_their_own_form() {
    all(&[
        (
            "orm_date_trunc('month', '2024-03-10 14:05:00.123456+00:00')",
            "'2024-03-01 00:00:00.000000+00:00'",
        ),
        ("orm_date_trunc('week', '2024-03-10')", "'2024-03-04'"),
        ("orm_date_trunc('quarter', '2024-06-10')", "'2024-04-01'"),
        (
            "orm_date_trunc('hour', '14:05:01.000000')",
            "'14:00:00.000000'",
        ),
        (
            "orm_date_trunc('day', '14:05:01.000000')",
            "'00:00:00.000000'",
        ),
        (
            "orm_date_trunc('milliseconds', '2024-03-10 14:05:00.123456')",
            "'2024-03-10 14:05:00.123000'",
        ),
        (
            "orm_date_part('second', '2024-03-10 14:05:07.250000')",
            "7.25",
        ),
        ("orm_date_part('week', '2021-01-03')", "53.0"),
        ("orm_date_part('week', '2024-12-30')", "1.0"),
        ("orm_date_part('quarter', '2024-12-30')", "4.0"),
        ("orm_date_part('hour', '2024-12-30')", "0.0"),
        ("orm_date_part('year', 'soon')", "InvalidValue"),
        ("length(orm_now())", "32"),
    ]);
}

#[test]
fn documents_are_asked_as_jsonb_is() {
    all(&[
        (
            r#"orm_json_path('{"a":[1,{"b":2}]}', '["a","1"]')"#,
            r#"'{"b":2}'"#,
        ),
        (r#"orm_json_path('{"a":[1,2]}', '["a","-1"]')"#, "'2'"),
        (r#"orm_json_path('{"a":null}', '["a"]')"#, "'null'"),
        (r#"orm_json_text('{"a":null}', '["a"]')"#, "NULL"),
        (r#"orm_json_text('{"a":"x"}', '["a"]')"#, "'x'"),
        (
            r#"orm_json_text('{"a":{"bb":1,"c":[1,true]}}', '["a"]')"#,
            r#"'{"c": [1, true], "bb": 1}'"#,
        ),
        (r#"orm_json_path('[1]', '["x"]')"#, "NULL"),
        (
            r#"orm_jsonb('{"b":1.0,"a":2}') = orm_jsonb('{"a":2,"b":1}')"#,
            "1",
        ),
        (r#"orm_json_has('{"a":1}', 'a')"#, "1"),
        (r#"orm_json_has('["a"]', 'b')"#, "0"),
        (
            r#"orm_json_contains('{"a":{"b":1,"c":2}}', '{"a":{"b":1.0}}')"#,
            "1",
        ),
        (r#"orm_json_contains('[1,[2]]', '2')"#, "0"),
        (r#"orm_json_contains('[1,2]', '2')"#, "1"),
        (r#"orm_json_contains('[1,2]', '[2,2,1]')"#, "1"),
        (r#"orm_json_contains('{"a":[1]}', '{"a":1}')"#, "0"),
        ("orm_jsonb('{')", "InvalidValue"),
    ]);
}

#[test]
fn casts_are_exact_or_refused() {
    all(&[
        ("orm_cast(2147483648, 'int8', 'int4')", "NumericOutOfRange"),
        ("orm_cast(2.5, 'float8', 'int4')", "2"),
        ("orm_cast(3.5, 'float8', 'int4')", "4"),
        ("orm_cast(1e19, 'float8', 'int8')", "NumericOutOfRange"),
        ("orm_cast(' 12 ', 'text', 'int4')", "12"),
        ("orm_cast('12x', 'text', 'int4')", "InvalidValue"),
        ("orm_cast(1, 'bool', 'text')", "'true'"),
        ("orm_cast('yes', 'text', 'bool')", "1"),
        ("orm_cast(0.1, 'float8', 'text')", "'0.1'"),
        ("orm_cast(1.0, 'float8', 'text')", "'1'"),
        ("orm_cast(1e20, 'float8', 'text')", "'1e+20'"),
        ("orm_cast(1e-7, 'float8', 'text')", "'1e-07'"),
        (
            "orm_cast('2024-03-10 14:05:00.250000', 'timestamp', 'text')",
            "'2024-03-10 14:05:00.25'",
        ),
        (
            "orm_cast('2024-03-10 14:05:00.000000+00:00', 'timestamptz', 'text')",
            "'2024-03-10 14:05:00+00'",
        ),
        (
            "orm_cast('2024-03-10 14:05:00.000000+00:00', 'timestamptz', 'date')",
            "'2024-03-10'",
        ),
        (
            "orm_cast('2024-03-10', 'date', 'timestamp')",
            "'2024-03-10 00:00:00.000000'",
        ),
        ("orm_cast(5, 'int4', 'numeric')", "'5'"),
    ]);
}

#[test]
fn a_mark_tells_which_statement_overwrote() {
    let connection = open();
    let setup = "CREATE TABLE t (k INTEGER PRIMARY KEY, v INTEGER CHECK (v < 9)) STRICT";
    connection.execute_batch(setup).expect("a table");
    let upsert = |k: i64, v: i64, mark: &str| {
        connection.query_row(
            "INSERT INTO t VALUES (?1, ?2) ON CONFLICT (k) DO UPDATE SET v = excluded.v \
             WHERE orm_overwrites(?3) RETURNING NOT orm_overwrote(?3)",
            (k, v, mark),
            |row| row.get::<_, bool>(0),
        )
    };
    assert_eq!(upsert(1, 1, "1"), Ok(true));
    assert_eq!(upsert(1, 2, "2"), Ok(false));
    assert!(upsert(1, 10, "3").is_err());
    // What the failed one left is not taken for this one's.
    assert_eq!(upsert(2, 1, "4"), Ok(true));
}

// SQLite compiles what is written for it; what it means is asked elsewhere.
#[test]
fn every_text_is_one_that_sqlite_takes() {
    let connection = open();
    connection
        .execute_batch(sqlite_texts::TABLES)
        .expect("tables");
    for (value, _) in sqlite_texts::values() {
        let text = match value.starts_with("SELECT") {
            true => value,
            false => format!("SELECT {value} FROM orders"),
        };
        connection
            .prepare(&text)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    for (text, _) in sqlite_texts::statements() {
        connection
            .prepare(&text)
            .unwrap_or_else(|error| panic!("{error}"));
    }
}
