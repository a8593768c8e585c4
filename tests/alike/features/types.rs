//! A column of each type, written, found and read again.

use std::fmt::Debug;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::prelude::*;
use orm::types::{Cidr, Inet, Infinite, Interval, Lexeme, OrUnknown, Range, TsVector};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Feature, Ground, Group};
use crate::models::State;

fn same<T: Debug>(written: &T, read: &T) {
    assert_eq!(format!("{written:?}"), format!("{read:?}"));
}

/// Types that a server knows by a name.
async fn named_types(on: &Ground) {
    if on.db.backend() == orm::schema::Backend::Postgres {
        let domain = "CREATE DOMAIN words AS text";
        // The second time it is there.
        let _ = on.db.executor().batch(domain).await;
    }
}

macro_rules! types {
    ($($model:ident $name:literal $rust:ty [$($attribute:tt)*] = $value:expr;)*) => {
        $(
            #[derive(Model, Debug, Clone)]
            struct $model {
                #[column(primary_key)]
                id: i32,
                $($attribute)*
                value: $rust,
                maybe: Option<$rust>,
            }
        )*

        pub(super) fn group() -> Group {
            Group {
                name: "Types of columns",
                features: vec![$(Feature {
                    name: $name,
                    tries: |on| Box::pin(async move {
                        named_types(on).await;
                        let (db, value): (_, $rust) = (&on.db, $value);
                        db.create_missing(orm::models![$model]).await?;
                        let row = $model::create().id(1).value(value.clone()).maybe(None);
                        same(&row.save(db).await?.value, &value);
                        let row = $model::find(1).one(db).await?;
                        same(&row.value, &value);
                        same(&row.maybe, &None);
                        Ok(())
                    }),
                }),*],
            }
        }
    };
}

#[derive(DbType, Debug, Clone, PartialEq)]
struct Cents(i64);

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 2, 29).expect("a day")
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_micro_opt(12, 0, 0, 5).expect("a time")
}

types! {
    Truth "`bool`" bool [] = true;
    Short "`i16`" i16 [] = -1;
    Int "`i32`" i32 [] = i32::MIN;
    Long "`i64`" i64 [] = i64::MAX;
    Single "`f32`" f32 [] = 0.1;
    Double "`f64`" f64 [] = 1.0 / 3.0;
    Exact "`Decimal`" Decimal [] = Decimal::new(110, 2);
    Price "`Decimal`, `numeric(10, 2)`" Decimal [#[column(numeric(10, 2))]] = Decimal::new(-110, 2);
    Words "`String`" String [] = "ä 日本".to_owned();
    Short150 "`String`, `varchar(150)`" String [#[column(varchar(150))]] = "text".to_owned();
    Two "`String`, `char(2)`" String [#[column(char(2))]] = "de".to_owned();
    Bytes "`Vec<u8>`" Vec<u8> [] = vec![0, 255];
    Code "`Uuid`" Uuid [] = Uuid::from_u128(7);
    Day "dates" NaiveDate [] = day();
    Clock "times of day" NaiveTime [] = noon();
    Local "timestamps without a zone" NaiveDateTime [] = day().and_time(noon());
    At "timestamps with a zone" DateTime<Utc> [] = day().and_time(noon()).and_utc();
    Document "`serde_json::Value`" Value [] = json!({"a": [1, null]});
    Shape "`Json<T>`" Json<Vec<i32>> [] = Json(vec![1, 2]);
    AsText "`Json<T>`, `json`" Json<Vec<i32>> [#[column(json)]] = Json(vec![1, 2]);
    Label "enums, `#[derive(DbEnum)]`" State [] = State::Closed;
    AnyLabel "labels that the enum does not have, `OrUnknown<E>`" OrUnknown<State> [] = OrUnknown::Known(State::Open);
    Money "newtypes, `#[derive(DbType)]`" Cents [] = Cents(5);
    ForEver "`infinity`, `Infinite<T>`" Infinite<NaiveDate> [] = Infinite::Infinity;
    List "lists, `Vec<i32>`" Vec<i32> [] = vec![1, 2];
    Span "ranges, `Range<T>`" Range<i32> [] = Range::from(1..5);
    Time "`Interval`" Interval [] = Interval { months: 1, days: 2, microseconds: 3 };
    Text "words of a text, `TsVector`" TsVector [] = TsVector::new([Lexeme::new("rat")]);
    Host "`Inet`" Inet [] = "127.0.0.1".parse::<Inet>().expect("an address");
    Network "`Cidr`" Cidr [] = "10.0.0.0/8".parse::<Cidr>().expect("a network");
    Named "types by their name, `sql_type = \"..\"`" String [#[column(sql_type = "words")]] = "x".to_owned();
}
