//! A value is the same value by every way in and out, on both databases: written alone,
//! in bulk, by an update, as a key, in a filter, in a list, by raw SQL and by default.

use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::prelude::*;
use orm::raw::raw_sql;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::models::State;
use crate::place::{Test, empty};

/// Equal in every digit, zeros of a decimal included.
#[track_caller]
fn same<T: Debug>(read: &T, written: &T, how: &str) {
    assert_eq!(format!("{read:?}"), format!("{written:?}"), "{how}");
}

/// Values of one type, in their order, written and found in a table with a column of it.
macro_rules! values {
    ($($name:ident $table:literal $rust:ty: $values:expr;)*) => {$(
        mod $name {
            use super::*;

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $table)]
            struct Row {
                #[column(primary_key)]
                id: i32,
                value: $rust,
                maybe: Option<$rust>,
            }

            async fn come_back(db: &Db, values: &[$rust]) -> Test {
                db.create_missing(orm::models![Row]).await?;
                let new = |id, value: &$rust| {
                    Row::create().id(id).value(value.clone()).maybe(value.clone())
                };
                for (id, value) in (1..).zip(values) {
                    let row = new(id, value).save(db).await?;
                    same(&row.value, value, "written alone");
                    same(&row.maybe.as_ref(), &Some(value), "written alone, an Option");
                }
                let bulk = (101..).zip(values).map(|(id, value)| {
                    Row::create().id(id).value(value.clone()).maybe(None)
                });
                let bulk = Row::create_many(bulk).save(db).await?;
                for (row, value) in bulk.iter().zip(values) {
                    same(&row.value, value, "written in bulk");
                    same(&row.maybe, &None, "written in bulk, NULL");
                }
                let upserted = Row::upsert(new(1, &values[values.len() - 1])).on_key().save(db).await?;
                same(&upserted.row.value, &values[values.len() - 1], "upserted");
                let updated = Row::query().filter(Row::id.eq(1)).update();
                let updated = updated.set(Row::value, values[0].clone()).set(Row::maybe, values[0].clone());
                same(&updated.returning(db).await?[0].value, &values[0], "updated");

                let read: Vec<$rust> = Row::query().order_by(Row::id).values(Row::value).all(db).await?;
                for (read, value) in read.iter().zip(values.iter().chain(values)) {
                    same(read, value, "read");
                }
                for (at, value) in values.iter().enumerate() {
                    let found = Row::query().filter(Row::value.eq(value.clone())).order_by(Row::id);
                    let found: Vec<i32> = found.values(Row::id).all(db).await?;
                    assert_eq!(found, [at as i32 + 1, at as i32 + 101], "found by {value:?}");
                    let found = Row::query().filter(Row::maybe.eq(value.clone())).count(db).await?;
                    assert_eq!(found, 1, "an Option, found by {value:?}");
                    let others = Row::query().filter(Row::value.ne(value.clone())).count(db).await?;
                    assert_eq!(others as usize, values.len() * 2 - 2);
                    let raw = raw_sql(concat!("SELECT value FROM ", $table, " WHERE value = $1 AND id < 100"));
                    let raw: Vec<$rust> = raw.bind(value.clone()).scalars(db).await?;
                    same(&raw.as_slice(), &&values[at..=at], "raw");
                }
                let listed = Row::query().filter(Row::value.in_(values.to_vec())).count(db).await?;
                assert_eq!(listed as usize, values.len() * 2, "found in a list");
                Ok(())
            }

            #[tokio::test]
            async fn come_back_and_are_found() -> Test {
                let values: Vec<$rust> = $values;
                let place = empty().await?;
                come_back(&place.postgres, &values).await?;
                come_back(&place.sqlite, &values).await
            }
        }
    )*};
}

values! {
    bools "bools" bool: vec![false, true];
    shorts "shorts" i16: vec![i16::MIN, -1, 0, 1, i16::MAX];
    ints "ints" i32: vec![i32::MIN, -1, 0, 1, i32::MAX];
    longs "longs" i64: vec![i64::MIN, i64::MIN + 1, -1, 0, (1 << 53) + 1, i64::MAX];
    singles "singles" f32: vec![f32::NEG_INFINITY, f32::MIN, -1e-45, 0.0, 1e-45, 0.1, f32::MAX, f32::INFINITY];
    doubles "doubles" f64: vec![f64::NEG_INFINITY, f64::MIN, -5e-324, 0.0, 5e-324, 0.1, 1.0 / 3.0, f64::MAX, f64::INFINITY];
    decimals "decimals" Decimal: vec![
        Decimal::MIN, Decimal::new(-15, 1), Decimal::ZERO, Decimal::new(1, 28), Decimal::new(110, 2),
        Decimal::new(9, 0), Decimal::new(10_000, 3), Decimal::MAX,
    ];
    texts "texts" String: ["", " ", "'\"\\", "A", "a", "\u{1}", "ä", "日本 🦀"].map(str::to_owned).to_vec();
    blobs "blobs" Vec<u8>: vec![vec![], vec![0], vec![0, 0xff], b"text".to_vec(), vec![7; 300_000]];
    uuids "uuids" Uuid: vec![Uuid::nil(), Uuid::from_u128(0xabcd << 96), Uuid::max()];
    days "days" NaiveDate: days();
    times "times" NaiveTime: vec![NaiveTime::MIN, last(), noon()].into_iter().rev().collect();
    timestamps "timestamps" NaiveDateTime: days().into_iter().map(|day| day.and_time(last())).collect();
    instants "instants" DateTime<Utc>: days().into_iter().map(|day| day.and_time(noon()).and_utc()).collect();
    labels "labels" State: vec![State::Open, State::Closed, State::Archived];
    documents "documents" Value: vec![
        json!(null), json!({"b": [1, 0.1, {}], "a": {"é\"": true}}), json!("text"), json!([]), json!(u64::MAX),
    ];
    shapes "shapes" Json<Shape>: vec![Json(Shape { z: 1, a: 0.1 }), Json(Shape { z: -1, a: 1e-300 })];
}

/// Its fields are in another order than a document's members.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Shape {
    z: i32,
    a: f64,
}

fn days() -> Vec<NaiveDate> {
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a day");
    vec![
        day(1, 1, 1),
        day(1582, 10, 15),
        day(1999, 12, 31),
        day(2000, 2, 29),
        day(9999, 12, 31),
    ]
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_micro_opt(12, 0, 0, 1).expect("a time")
}

fn last() -> NaiveTime {
    NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).expect("a time")
}

/// Values of one type as keys of a table, and as what rows of another belong to.
macro_rules! keys {
    ($($name:ident $table:literal $children:literal $rust:ty: $values:expr;)*) => {$(
        mod $name {
            use super::*;

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $table)]
            #[association(has_many, as = "children", model = Child, foreign_key = "owner_id")]
            struct Owner {
                #[column(primary_key)]
                id: $rust,
                number: i32,
            }

            #[derive(Model, Debug, Clone, PartialEq)]
            #[model(table = $children)]
            #[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id")]
            struct Child {
                #[column(primary_key)]
                number: i32,
                owner_id: $rust,
            }

            async fn lead_to_rows(db: &Db, values: &[$rust]) -> Test {
                db.create_missing(orm::models![Owner, Child]).await?;
                let owners = (0..).zip(values).map(|(number, id)| {
                    Owner::create().id(id.clone()).number(number)
                });
                Owner::create_many(owners).save(db).await?;
                for (number, id) in (0..).zip(values) {
                    let owner = Owner::find(id.clone()).one(db).await?;
                    assert_eq!(owner.number, number, "{id:?}");
                    same(&owner.id, id, "a key");
                    owner.related(Owner::children).create().number(number).save(db).await?;
                    let again = Owner::create().id(id.clone()).number(0).save(db).await;
                    assert!(again.is_err_and(|error| error.is_unique_violation()), "{id:?}");
                }
                let tree = Owner::query().include(Owner::children).order_by(Owner::number).all(db).await?;
                for (number, owner) in (0..).zip(&tree) {
                    let children: Vec<i32> = owner.children.iter().map(|child| child.number).collect();
                    assert_eq!(children, [number]);
                }
                let back = Child::query().include(Child::owner).order_by(Child::number).all(db).await?;
                for (id, child) in values.iter().zip(&back) {
                    same(&child.owner.id, id, "the other way");
                }
                Ok(())
            }

            #[tokio::test]
            async fn lead_to_their_rows() -> Test {
                let values: Vec<$rust> = $values;
                let place = empty().await?;
                lead_to_rows(&place.postgres, &values).await?;
                lead_to_rows(&place.sqlite, &values).await
            }
        }
    )*};
}

keys! {
    short_keys "short_keys" "of_short_keys" i16: vec![i16::MIN, 0, i16::MAX];
    int_keys "int_keys" "of_int_keys" i32: vec![i32::MIN, -1, 0, i32::MAX];
    long_keys "long_keys" "of_long_keys" i64: vec![i64::MIN, -1, 0, (1 << 53) + 1, i64::MAX];
    bool_keys "bool_keys" "of_bool_keys" bool: vec![true, false];
    text_keys "text_keys" "of_text_keys" String: ["", "a", "A", "a ", "'\\", "日本"].map(str::to_owned).to_vec();
    blob_keys "blob_keys" "of_blob_keys" Vec<u8>: vec![vec![], vec![0], vec![0, 0]];
    uuid_keys "uuid_keys" "of_uuid_keys" Uuid: vec![Uuid::max(), Uuid::nil(), Uuid::from_u128(0xabc)];
    day_keys "day_keys" "of_day_keys" NaiveDate: days();
    instant_keys "instant_keys" "of_instant_keys" DateTime<Utc>:
        days().into_iter().map(|day| day.and_time(last()).and_utc()).collect();
    decimal_keys "decimal_keys" "of_decimal_keys" Decimal:
        vec![Decimal::MAX, Decimal::new(110, 2), Decimal::new(9, 0), Decimal::new(10, 0), Decimal::ZERO];
}

/// What each column holds where no value is given.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "given_nothing")]
struct GivenNothing {
    #[column(primary_key)]
    id: i32,
    #[column(default = true)]
    truth: bool,
    #[column(default = i16::MIN)]
    short: i16,
    #[column(default = -5)]
    int: i32,
    #[column(default = i64::MIN + 1)]
    long: i64,
    #[column(default = 0.1)]
    single: f32,
    #[column(default = -1e-300)]
    double: f64,
    #[column(default = Decimal::new(110, 2))]
    exact: Decimal,
    #[column(numeric(10, 2), default = Decimal::new(15, 1))]
    price: Decimal,
    #[column(default = "it's \\ \n ä")]
    said: String,
    #[column(default = vec![0, 255, 39])]
    data: Vec<u8>,
    #[column(default = Uuid::from_u128(0xabcd))]
    code: Uuid,
    #[column(default = days()[3])]
    day: NaiveDate,
    #[column(default = noon())]
    clock: NaiveTime,
    #[column(default = days()[3].and_time(last()))]
    local: NaiveDateTime,
    #[column(default = days()[0].and_time(last()).and_utc())]
    at: DateTime<Utc>,
    #[column(default = State::Closed)]
    state: State,
    #[column(default = json!({"b": 0.1, "a": "it's"}))]
    meta: Value,
}

#[tokio::test]
async fn a_default_is_the_value_itself() -> Test {
    let place = empty().await?;
    let mut rows = Vec::new();
    for db in [&place.postgres, &place.sqlite] {
        db.create_missing(orm::models![GivenNothing]).await?;
        let row = GivenNothing::create().id(1).save(db).await?;
        let many = GivenNothing::create_many([GivenNothing::create().id(2)])
            .save(db)
            .await?;
        assert_eq!(
            GivenNothing {
                id: 1,
                ..many[0].clone()
            },
            row
        );
        // Found as what is bound is, and written over by the same.
        let found = GivenNothing::query()
            .filter(GivenNothing::truth.eq(row.truth))
            .filter(GivenNothing::long.eq(i64::MIN + 1))
            .filter(GivenNothing::single.eq(0.1))
            .filter(GivenNothing::double.eq(-1e-300))
            .filter(GivenNothing::exact.eq(Decimal::new(11, 1)))
            .filter(GivenNothing::price.eq(Decimal::new(150, 2)))
            .filter(GivenNothing::said.eq("it's \\ \n ä"))
            .filter(GivenNothing::data.eq(vec![0, 255, 39]))
            .filter(GivenNothing::code.eq(Uuid::from_u128(0xabcd)))
            .filter(GivenNothing::day.eq(row.day))
            .filter(GivenNothing::clock.eq(noon()))
            .filter(GivenNothing::local.eq(days()[3].and_time(last())))
            .filter(GivenNothing::at.eq(days()[0].and_time(last()).and_utc()))
            .filter(GivenNothing::state.eq(State::Closed))
            .filter(GivenNothing::meta.eq(json!({"a": "it's", "b": 0.1})))
            .count(db)
            .await?;
        assert_eq!(found, 2);
        rows.push(format!("{row:?}"));
    }
    assert_eq!(rows[0], rows[1]);
    assert!(rows[0].contains("price: 1.50"), "{}", rows[0]);
    Ok(())
}

// What a column of numeric(10, 2) holds has two digits after the point.
#[tokio::test]
async fn declared_digits_are_those_of_postgresql() -> Test {
    let place = empty().await?;
    for db in [&place.postgres, &place.sqlite] {
        db.create_missing(orm::models![GivenNothing]).await?;
        let given = |id, price| GivenNothing::create().id(id).price(Decimal::new(price, 3));
        let row = given(1, 1_100).save(db).await?;
        assert_eq!(row.price.to_string(), "1.10");
        let rows = GivenNothing::create_many([given(2, 1_005), given(3, -1_005)])
            .save(db)
            .await?;
        let prices: Vec<String> = rows.iter().map(|row| row.price.to_string()).collect();
        assert_eq!(prices, ["1.01", "-1.01"]);
        let found = GivenNothing::query().filter(GivenNothing::price.eq(Decimal::new(101, 2)));
        assert_eq!(found.count(db).await?, 1);
        let sum = GivenNothing::query()
            .values(GivenNothing::price.sum())
            .one(db)
            .await?;
        assert_eq!(sum.map(|sum| sum.to_string()).as_deref(), Some("1.10"));
        let beyond = given(4, i64::MAX).save(db).await;
        assert!(beyond.is_err());
    }
    Ok(())
}
