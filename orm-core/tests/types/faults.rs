//! What cannot be sent or read is an error that says so and shows no value.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orm_core::error::ErrorKind;
use orm_core::exec::{Db, Executor as _, Params};
use orm_core::schema::SqlType;
use orm_core::types::{ColumnType, Interval, Json, Param};
use rust_decimal::Decimal;

use super::column::{database, read};
use super::status::Status;

#[tokio::test]
async fn nul_is_refused_before_anything_is_sent() {
    let (_database, db) = database().await;
    let hostile = String::from("hunter2\0");
    for (sql, param) in [
        ("SELECT $1::text", hostile.to_param()),
        ("SELECT $1::varchar(5)", hostile.to_param()),
        ("SELECT $1::text[]", vec![hostile.clone()].to_param()),
        ("SELECT $1::jsonb", serde_json::json!(hostile).to_param()),
    ] {
        let error = read::<bool>(&db, sql, &[&param]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Encode);
        assert_eq!(
            error.to_string(),
            "a text contains the character NUL (U+0000), which PostgreSQL cannot store"
        );
    }
    // The connection is still in order.
    assert!(read::<bool>(&db, "SELECT true", &[]).await.unwrap());
}

#[tokio::test]
async fn a_value_out_of_range_is_refused() {
    let (_database, db) = database().await;
    let error = read::<i16>(&db, "SELECT $1::smallint", &[&Param::Int4(40_000)])
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a value of type int4 is out of range for int2"
    );
    let error = read::<String>(&db, "SELECT $1::text", &[&Param::Int4(40_000)])
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "a value of type int4 cannot be sent as text"
    );
}

// Before 4713 BC there is no day in PostgreSQL; chrono has some.
#[tokio::test]
async fn a_date_the_server_does_not_know_is_its_error() {
    let (_database, db) = database().await;
    let early = NaiveDate::MIN;
    assert!(
        read::<NaiveDate>(&db, "SELECT $1::date", &[&early.to_param()])
            .await
            .is_err()
    );
    let early = early.and_time(NaiveTime::MIN).and_utc();
    assert!(
        read::<DateTime<Utc>>(&db, "SELECT $1::timestamptz", &[&early.to_param()])
            .await
            .is_err()
    );
}

/// The message of the error when the column `v` is read as `T`.
async fn complaint<T: ColumnType + std::fmt::Debug>(db: &Db, value: &str) -> String {
    let error = read::<T>(db, &format!("SELECT {value} AS v"), &[])
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    error.to_string()
}

#[tokio::test]
async fn what_the_rust_type_cannot_hold_is_an_error_that_names_the_column() {
    let (_database, db) = database().await;
    for sign in ["", "-"] {
        assert_eq!(
            complaint::<DateTime<Utc>>(&db, &format!("'{sign}infinity'::timestamptz")).await,
            format!(
                "v: expected a finite timestamptz (a field of type `Infinite<..>` holds others), got {sign}infinity"
            )
        );
        assert_eq!(
            complaint::<NaiveDate>(&db, &format!("'{sign}infinity'::date")).await,
            format!(
                "v: expected a finite date (a field of type `Infinite<..>` holds others), got {sign}infinity"
            )
        );
    }
    assert_eq!(
        complaint::<DateTime<Utc>>(&db, "'290000-01-01'::timestamptz").await,
        "v: expected a timestamptz within the calendar of the Rust type, got one beyond it"
    );
    assert_eq!(
        complaint::<NaiveTime>(&db, "'24:00'::time").await,
        "v: expected a time before 24:00:00, got 24:00:00"
    );
    assert_eq!(
        complaint::<Decimal>(&db, "'NaN'::numeric").await,
        "v: expected a finite numeric, got NaN"
    );
    assert_eq!(
        complaint::<Decimal>(&db, "79228162514264337593543950336").await,
        "v: expected a numeric of at most 28 digits, got more digits"
    );
    assert_eq!(
        complaint::<Decimal>(&db, "1.00000000000000000000000000001").await,
        "v: expected a numeric of at most 28 digits, got more digits"
    );
    assert_eq!(
        complaint::<Vec<i32>>(&db, "ARRAY[[1],[2]]").await,
        "v: expected int4[], got an array of several dimensions"
    );
}

#[tokio::test]
async fn another_type_is_an_error_that_names_both() {
    let (_database, db) = database().await;
    assert_eq!(
        complaint::<i64>(&db, "'7'::text").await,
        "v: expected int8, got text"
    );
    assert_eq!(
        complaint::<i32>(&db, "7::bigint").await,
        "v: expected int4, got int8"
    );
    assert_eq!(
        complaint::<i32>(&db, "NULL::integer").await,
        "v: expected int4, got NULL"
    );
    assert_eq!(
        complaint::<Interval>(&db, "now()").await,
        "v: expected interval, got timestamptz"
    );
    assert_eq!(
        complaint::<Status>(&db, "7").await,
        "v: expected order_status, got int4"
    );
    let json = complaint::<Json<i32>>(&db, r#"'"hunter2"'::jsonb"#).await;
    assert_eq!(
        json,
        "v: expected a document of the type i32, got one that differs from it at line 1, column 9"
    );
}

#[tokio::test]
async fn a_label_that_only_the_server_knows_is_an_error() {
    let (_database, db) = database().await;
    db.executor()
        .batch("ALTER TYPE order_status ADD VALUE 'shipped'")
        .await
        .unwrap();
    assert_eq!(
        complaint::<Status>(&db, "'shipped'::order_status").await,
        "v: expected a label of order_status (pending, it's \"paid\"), got the label `shipped`"
    );
}

// Sequelize's guide warns of silent truncation; a bound array must not cause it.
#[tokio::test]
async fn a_text_that_is_too_long_is_never_cut_off() {
    let (_database, db) = database().await;
    db.executor()
        .batch("CREATE TABLE t (v varchar(3), a varchar(3)[])")
        .await
        .unwrap();
    let long = String::from("long");
    let array = SqlType::Array(&SqlType::Varchar(Some(3)));
    assert_eq!(array.without_length(), SqlType::Array(&SqlType::Text));
    let inserts = [
        ("INSERT INTO t (v) VALUES ($1)", long.to_param()),
        (
            "INSERT INTO t (v) SELECT unnest($1::text[])",
            String::array_param(vec![long.clone()]),
        ),
        (
            "INSERT INTO t (a) SELECT u::text[] FROM unnest($1::text[]) u",
            <Vec<String>>::array_param(vec![vec![long]]),
        ),
    ];
    for (insert, param) in inserts {
        let refused = db
            .executor()
            .execute(insert, Params::from(std::slice::from_ref(&param)))
            .await
            .unwrap_err();
        assert!(refused.is_too_long(), "{insert}: {refused}");
    }
}
