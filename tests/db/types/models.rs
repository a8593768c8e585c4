//! Three levels, and below them a model with every type, one with every type
//! that may be NULL, and one with lists of every type.

use std::net::IpAddr;

use orm::prelude::*;
use orm::query::{Filtered, Query, UpdateRow};
use orm::types::{Cidr, Inet, Interval, Range};
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::sample::Sample;
use crate::database::Test;

#[derive(Model, Debug, Clone)]
#[model(table = "tops")]
#[association(has_many, as = "levels", model = Level, foreign_key = "top_id")]
pub(super) struct Top {
    #[column(primary_key, auto_increment)]
    pub(super) id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "levels")]
#[association(belongs_to, as = "top", model = Top, foreign_key = "top_id")]
#[association(has_many, as = "lows", model = Low, foreign_key = "level_id")]
pub(super) struct Level {
    #[column(primary_key, auto_increment)]
    pub(super) id: i32,
    pub(super) top_id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "lows")]
#[association(belongs_to, as = "level", model = Level, foreign_key = "level_id")]
#[association(has_many, as = "plain", model = Plain, foreign_key = "low_id")]
#[association(has_many, as = "nullable", model = Nullable, foreign_key = "low_id")]
#[association(has_many, as = "lists", model = List, foreign_key = "low_id")]
pub(super) struct Low {
    #[column(primary_key, auto_increment)]
    pub(super) id: i32,
    pub(super) level_id: i32,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood")]
pub(super) enum Mood {
    Happy,
    #[db_enum(label = "very sad")]
    VerySad,
    #[db_enum(label = "it's \"\\complicated\\\", {NULL}")]
    Complicated,
}

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cents(pub(super) i64);

/// A model with these columns, and the ways into and out of it.
macro_rules! model {
    ($model:ident, $table:literal, $($field:ident: $ty:ty,)*) => {
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table)]
        #[association(belongs_to, as = "low", model = Low, foreign_key = "low_id")]
        pub(super) struct $model {
            #[column(primary_key, auto_increment)]
            pub(super) id: i32,
            pub(super) low_id: i32,
            $(pub(super) $field: $ty,)*
        }

        impl $model {
            /// Random values, not saved yet.
            pub(super) fn values(runner: &mut TestRunner) -> Test<Self> {
                Ok($model { id: 0, low_id: 1, $($field: <$ty>::sample(runner)?,)* })
            }

            /// A builder with these values.
            pub(super) fn builder(&self) -> impl orm::create::IntoNew<Self> + Saves<Self> + use<> {
                $model::create().low_id(self.low_id)$(.$field(self.$field.clone()))*
            }

            /// A builder with random values.
            pub(super) fn sample(runner: &mut TestRunner) -> Test<impl Saves<Self> + use<>> {
                Ok(Self::values(runner)?.builder())
            }
        }
    };
}

/// A builder that is complete, whatever its type.
pub(super) trait Saves<M> {
    async fn save(self, db: &Db) -> orm::Result<M>;
}

impl<M: orm::model::Writable, N: orm::create::IntoNew<M>> Saves<M> for N {
    async fn save(self, db: &Db) -> orm::Result<M> {
        let mut rows = M::create_many([self]).save(db).await?;
        rows.pop().ok_or_else(|| orm::Error::not_found("a row", ""))
    }
}

model! { Plain, "plain",
    flag: bool,
    small: i16,
    medium: i32,
    big: i64,
    single: f32,
    double: f64,
    exact: Decimal,
    text: String,
    bytes: Vec<u8>,
    day: NaiveDate,
    clock: NaiveTime,
    moment: NaiveDateTime,
    instant: DateTime<Utc>,
    span: Interval,
    uuid: Uuid,
    document: serde_json::Value,
    address: IpAddr,
    inet: Inet,
    network: Cidr,
    whole: Range<i32>,
    amounts: Range<Decimal>,
    instants: Range<DateTime<Utc>>,
    mood: Mood,
    cents: Cents,
}

model! { Nullable, "nullable",
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    big: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    exact: Option<Decimal>,
    text: Option<String>,
    bytes: Option<Vec<u8>>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    span: Option<Interval>,
    uuid: Option<Uuid>,
    document: Option<serde_json::Value>,
    address: Option<IpAddr>,
    inet: Option<Inet>,
    network: Option<Cidr>,
    whole: Option<Range<i32>>,
    amounts: Option<Range<Decimal>>,
    days: Option<Range<NaiveDate>>,
    mood: Option<Mood>,
    cents: Option<Cents>,
    list: Option<Vec<Option<String>>>,
}

model! { List, "lists",
    flag: Vec<bool>,
    small: Vec<i16>,
    medium: Vec<Option<i32>>,
    big: Vec<i64>,
    single: Vec<f32>,
    double: Vec<Option<f64>>,
    exact: Vec<Decimal>,
    text: Vec<String>,
    texts: Vec<Option<String>>,
    bytes: Vec<Vec<u8>>,
    day: Vec<NaiveDate>,
    clock: Vec<NaiveTime>,
    moment: Vec<NaiveDateTime>,
    instant: Vec<Option<DateTime<Utc>>>,
    span: Vec<Interval>,
    uuid: Vec<Uuid>,
    document: Vec<serde_json::Value>,
    address: Vec<IpAddr>,
    inet: Vec<Inet>,
    network: Vec<Cidr>,
    whole: Vec<Range<i32>>,
    instants: Vec<Range<DateTime<Utc>>>,
    mood: Vec<Mood>,
    moods: Vec<Option<Mood>>,
}

impl Plain {
    /// An update of a row to these values.
    pub(super) fn update_of<'m>(&self, row: &'m Self) -> UpdateRow<'m, Self> {
        row.update()
            .set(Plain::flag, self.flag)
            .set(Plain::small, self.small)
            .set(Plain::medium, self.medium)
            .set(Plain::big, self.big)
            .set(Plain::single, self.single)
            .set(Plain::double, self.double)
            .set(Plain::exact, self.exact)
            .set(Plain::text, &self.text)
            .set(Plain::bytes, self.bytes.as_slice())
            .set(Plain::day, self.day)
            .set(Plain::clock, self.clock)
            .set(Plain::moment, self.moment)
            .set(Plain::instant, self.instant)
            .set(Plain::span, self.span)
            .set(Plain::uuid, self.uuid)
            .set(Plain::document, self.document.clone())
            .set(Plain::address, self.address)
            .set(Plain::inet, self.inet)
            .set(Plain::network, self.network)
            .set(Plain::whole, self.whole)
            .set(Plain::amounts, self.amounts)
            .set(Plain::instants, self.instants)
            .set(Plain::mood, self.mood)
            .set(Plain::cents, self.cents)
    }

    /// Finds the row by its values: by itself, and as one of a list.
    pub(super) fn find_by_every_column(&self) -> Query<Self, Self, Filtered> {
        Plain::query()
            .filter(Plain::flag.eq(self.flag) & Plain::flag.in_([self.flag]))
            .filter(Plain::small.eq(self.small) & Plain::small.in_([self.small]))
            .filter(Plain::medium.eq(self.medium) & Plain::medium.in_([self.medium]))
            .filter(Plain::big.eq(self.big) & Plain::big.in_([self.big]))
            .filter(Plain::single.eq(self.single) & Plain::single.in_([self.single]))
            .filter(Plain::double.eq(self.double) & Plain::double.in_([self.double]))
            .filter(Plain::exact.eq(self.exact) & Plain::exact.in_([self.exact]))
            .filter(Plain::text.eq(&self.text) & Plain::text.in_([&self.text]))
            .filter(Plain::bytes.eq(&self.bytes) & Plain::bytes.in_([self.bytes.clone()]))
            .filter(Plain::day.eq(self.day) & Plain::day.in_([self.day]))
            .filter(Plain::clock.eq(self.clock) & Plain::clock.in_([self.clock]))
            .filter(Plain::moment.eq(self.moment) & Plain::moment.in_([self.moment]))
            .filter(Plain::instant.eq(self.instant) & Plain::instant.in_([self.instant]))
            .filter(Plain::span.eq(self.span) & Plain::span.in_([self.span]))
            .filter(Plain::uuid.eq(self.uuid) & Plain::uuid.in_([self.uuid]))
            .filter(
                Plain::document.eq(&self.document) & Plain::document.in_([self.document.clone()]),
            )
            .filter(Plain::address.eq(self.address) & Plain::address.in_([self.address]))
            .filter(Plain::inet.eq(self.inet) & Plain::inet.in_([self.inet]))
            .filter(Plain::network.eq(self.network) & Plain::network.in_([self.network]))
            .filter(Plain::whole.eq(self.whole) & Plain::whole.in_([self.whole]))
            .filter(Plain::amounts.eq(self.amounts) & Plain::amounts.in_([self.amounts]))
            .filter(Plain::instants.eq(self.instants) & Plain::instants.in_([self.instants]))
            .filter(Plain::mood.eq(self.mood) & Plain::mood.in_([self.mood]))
            .filter(Plain::cents.eq(self.cents) & Plain::cents.in_([self.cents]))
    }
}

pub(crate) const MODELS: orm::ddl::Models = orm::models![Top, Level, Low, Plain, Nullable, List];
