//! Every type, there and back.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Bound;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm_core::exec::Executor as _;
use orm_core::types::{Cidr, ColumnType, Inet, Interval, Json, Range};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::column::{database, read, survives};
use super::status::Status;

#[tokio::test]
async fn hostile_texts_survive() {
    let (_database, db) = database().await;
    let texts = [
        "",
        " ",
        "'; DROP TABLE t; --",
        "it's \"quoted\" \\ back",
        "$1 :x ? %s",
        "🦀 \u{202e}\u{10ffff}",
        "line\nbreak\t\r",
        "{1,2} [1,2) NULL null",
        "E'\\x00'",
    ]
    .map(str::to_owned);
    for sql_type in ["text", "character varying", "varchar(150)"] {
        survives(&db, sql_type, &texts).await;
    }
    survives(&db, "text", &["🦀 'x'".repeat(130_000)]).await;
    survives(&db, "text", &[Arc::<str>::from("a")]).await;
    survives(&db, "text", &[Box::<str>::from("a")]).await;
    survives(&db, "text", &[Cow::Borrowed("a")]).await;
    survives(&db, "char(3)", &["abc".to_owned()]).await;
    survives(&db, "bytea", &[vec![], (0..=255).collect::<Vec<u8>>()]).await;
}

#[tokio::test]
async fn moments_survive_to_the_microsecond() {
    let (_database, db) = database().await;
    let days = [
        (-4712, 1, 1),
        (0, 2, 29),
        (1969, 12, 31),
        (2024, 2, 29),
        (262_142, 12, 31),
    ];
    let days = days.map(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day).unwrap());
    let times = [(0, 0), (37_424, 112_345), (86_399, 999_999)];
    let times = times.map(|(second, micro)| {
        NaiveTime::from_num_seconds_from_midnight_opt(second, micro * 1_000).unwrap()
    });
    let moments: Vec<NaiveDateTime> = days
        .iter()
        .flat_map(|day| times.map(|time| day.and_time(time)))
        .collect();
    let instants: Vec<DateTime<Utc>> = moments.iter().map(NaiveDateTime::and_utc).collect();
    survives(&db, "date", &days).await;
    survives(&db, "time", &times).await;
    survives(&db, "timestamp", &moments).await;
    for zone in ["UTC", "America/St_Johns"] {
        db.executor()
            .batch(&format!("SET timezone = '{zone}'"))
            .await
            .unwrap();
        survives(&db, "timestamptz", &instants).await;
    }
    // ISO 8601 and the server's own arithmetic agree on the parts.
    let spans = [
        Interval {
            months: -14,
            days: 3,
            microseconds: -1_500_000,
        },
        Interval {
            months: i32::MAX,
            days: i32::MIN,
            microseconds: 7_199_999_999_999_999_999,
        },
        Interval::from_microseconds(-59_000_001),
        Interval::from_days(400),
    ];
    survives(&db, "interval", &spans).await;
    let extreme = Interval {
        months: i32::MIN,
        days: i32::MAX,
        microseconds: i64::MIN,
    };
    let read = read::<Interval>(&db, "SELECT $1::interval", &[&extreme.to_param()]).await;
    assert_eq!(read.unwrap(), extreme);
}

// Sequelize loses the microseconds and then does not find the row.
#[tokio::test]
async fn a_row_is_found_by_the_timestamp_that_was_read() {
    let (_database, db) = database().await;
    db.executor().batch("CREATE TABLE t (at timestamptz DEFAULT '2024-03-15T10:23:44.112345Z'); INSERT INTO t DEFAULT VALUES").await.unwrap();
    let at: DateTime<Utc> = read(&db, "SELECT at FROM t", &[]).await.unwrap();
    let count: i64 = read(
        &db,
        "SELECT count(*) FROM t WHERE at = $1",
        &[&at.to_param()],
    )
    .await
    .unwrap();
    assert_eq!(count, 1);
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Settings {
    theme: String,
    columns: Vec<u32>,
}

#[tokio::test]
async fn documents_survive() {
    let (_database, db) = database().await;
    let documents = [
        json!(null),
        json!({"a": [1, 2.5, {"b": "'\"\\ $1 🦀 \\u0000"}]}),
        json!(i64::MIN),
    ];
    let settings = [Json(Settings {
        theme: "it's".to_owned(),
        columns: vec![3, 1],
    })];
    for sql_type in ["jsonb", "json"] {
        survives(&db, sql_type, &documents).await;
        survives(&db, sql_type, &settings).await;
    }
}

#[tokio::test]
async fn identities_and_addresses_survive() {
    let (_database, db) = database().await;
    survives(&db, "uuid", &[Uuid::nil(), Uuid::now_v7(), Uuid::max()]).await;
    let addresses: [IpAddr; 2] = ["10.0.0.7".parse().unwrap(), "2001:db8::1".parse().unwrap()];
    survives(&db, "inet", &addresses).await;
    let inets = [
        "10.0.0.7/8",
        "2001:db8::1/32",
        "::ffff:1.2.3.4/96",
        "0.0.0.0/0",
        "::1",
    ];
    survives(
        &db,
        "inet",
        &inets.map(|text| text.parse::<Inet>().unwrap()),
    )
    .await;
    let networks = ["10.0.0.0/8", "2001:db8::/32", "10.0.0.7/32", "::/0"];
    survives(
        &db,
        "cidr",
        &networks.map(|text| text.parse::<Cidr>().unwrap()),
    )
    .await;
    survives(&db, "order_status", &[Status::Pending, Status::Paid]).await;
    survives(&db, "text", &[Status::Pending, Status::Paid]).await;
}

#[tokio::test]
async fn arrays_survive() {
    let (_database, db) = database().await;
    survives(&db, "integer[]", &[vec![], vec![1, -2, i32::MAX]]).await;
    survives(&db, "bigint[]", &[vec![Some(1_i64), None]]).await;
    let texts = vec![
        Some("a\"b\\'{},".to_owned()),
        None,
        Some("NULL".to_owned()),
        Some(String::new()),
    ];
    survives(&db, "text[]", std::slice::from_ref(&texts)).await;
    survives(&db, "varchar(20)[]", &[texts]).await;
    survives(&db, "boolean[]", &[vec![true, false]]).await;
    survives(&db, "bytea[]", &[vec![vec![0_u8, 255, b'\\'], vec![]]]).await;
    survives(
        &db,
        "numeric[]",
        &[vec![Decimal::new(150, 2), Decimal::new(-1, 1)]],
    )
    .await;
    survives(&db, "double precision[]", &[vec![0.1, f64::INFINITY]]).await;
    survives(&db, "uuid[]", &[vec![Uuid::nil()]]).await;
    survives(&db, "timestamptz[]", &[vec![DateTime::<Utc>::UNIX_EPOCH]]).await;
    survives(&db, "jsonb[]", &[vec![Some(json!({"a": "\"'\\"})), None]]).await;
    survives(
        &db,
        "order_status[]",
        &[vec![Status::Paid, Status::Pending]],
    )
    .await;
    survives(&db, "int4range[]", &[vec![Range::from(1..5), Range::Empty]]).await;
    survives(
        &db,
        "inet[]",
        &[vec!["10.0.0.7/8".parse::<Inet>().unwrap()]],
    )
    .await;
    survives(&db, "interval[]", &[vec![Interval::from_months(-1)]]).await;
}

#[tokio::test]
async fn ranges_survive() {
    let (_database, db) = database().await;
    survives(
        &db,
        "int4range",
        &[
            Range::Empty,
            Range::ALL,
            Range::from(-1..5),
            Range::from(7..),
        ],
    )
    .await;
    survives(&db, "int8range", &[Range::from(i64::MIN..i64::MAX)]).await;
    let above_one = Bound::Excluded(Decimal::new(100, 2));
    let one_to_two = Range::Between(above_one, Bound::Included(Decimal::TWO));
    survives(&db, "numrange", &[one_to_two]).await;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap();
    survives(&db, "daterange", &[Range::from(day..), Range::from(..day)]).await;
    let moment = day.and_hms_micro_opt(1, 2, 3, 4).unwrap();
    survives(&db, "tsrange", &[Range::from(moment..=moment)]).await;
    survives(&db, "tstzrange", &[Range::from(..=moment.and_utc())]).await;
    let canonical: Range<i32> = read(
        &db,
        "SELECT $1::int4range",
        &[&Range::from(1..=5).to_param()],
    )
    .await
    .unwrap();
    assert_eq!(canonical, Range::from(1..6));
}

#[cfg(feature = "time")]
#[tokio::test]
async fn the_types_of_the_crate_time_survive() {
    let (_database, db) = database().await;
    let instant = time::OffsetDateTime::from_unix_timestamp_nanos(-1_000).unwrap();
    survives(&db, "timestamptz", &[instant]).await;
    let first = time::Date::from_julian_day(0).unwrap();
    survives(&db, "date", &[first, instant.date(), time::Date::MAX]).await;
    survives(&db, "time", &[instant.time()]).await;
    survives(
        &db,
        "timestamp",
        &[time::PrimitiveDateTime::new(instant.date(), instant.time())],
    )
    .await;
}

#[cfg(feature = "jiff")]
#[tokio::test]
async fn the_types_of_the_crate_jiff_survive() {
    use jiff::civil;
    let (_database, db) = database().await;
    survives(
        &db,
        "timestamptz",
        &[jiff::Timestamp::from_microsecond(-1).unwrap()],
    )
    .await;
    survives(
        &db,
        "date",
        &[
            civil::date(-4712, 1, 1),
            civil::date(1969, 12, 31),
            civil::Date::MAX,
        ],
    )
    .await;
    survives(&db, "time", &[civil::time(23, 59, 59, 999_999_000)]).await;
    survives(
        &db,
        "timestamp",
        &[civil::date(1969, 12, 31).at(23, 59, 59, 999_999_000)],
    )
    .await;
}
