//! Values of every type go through a cursor as they are.

use orm::prelude::*;
use orm::query::{Order, PageCursor};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config as Runs, TestRunner};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Mood;
use crate::database::{Test, with_models};

#[derive(DbType, Debug, Clone, Copy, PartialEq, Eq)]
struct Cents(i64);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "values_of_all_types")]
struct Every {
    #[column(primary_key)]
    id: Uuid,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    big: Option<i64>,
    single: Option<f32>,
    double: Option<f64>,
    exact: Option<Decimal>,
    #[column(numeric(20, 4))]
    scaled: Option<Decimal>,
    text: Option<String>,
    #[column(varchar(200))]
    short: Option<String>,
    bytes: Option<Vec<u8>>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    moment: Option<NaiveDateTime>,
    instant: Option<DateTime<Utc>>,
    unique: Option<Uuid>,
    mood: Option<Mood>,
    cents: Option<Cents>,
}

/// A value, of which some are NULL and some are equal.
fn some<T: Clone + std::fmt::Debug + 'static>(
    value: impl Strategy<Value = T> + 'static,
    few: Vec<T>,
) -> BoxedStrategy<Option<T>> {
    prop_oneof![
        1 => Just(None),
        2 => prop::sample::select(few).prop_map(Some),
        4 => value.prop_map(Some),
    ]
    .boxed()
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    let micros = -62_000_000_000_000_000..250_000_000_000_000_000_i64;
    micros.prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap_or_default())
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]{0,2}",
        prop::collection::vec(any::<char>().prop_filter("no NUL", |it| *it != '\0'), 0..20)
            .prop_map(|it| it.into_iter().collect()),
        Just("long \u{1f600}".repeat(2000)),
    ]
}

fn every() -> impl Strategy<Value = Every> {
    let numbers = (
        some(any::<bool>(), vec![true]),
        some(any::<i16>(), vec![0, i16::MIN, i16::MAX]),
        some(any::<i32>(), vec![0, i32::MIN, i32::MAX]),
        some(any::<i64>(), vec![0, i64::MIN, i64::MAX]),
        some(
            prop::num::f32::NORMAL,
            vec![0.0, 0.1, f32::INFINITY, f32::MIN_POSITIVE],
        ),
        some(
            prop::num::f64::NORMAL,
            vec![0.1 + 0.2, 0.3, f64::NEG_INFINITY, f64::MAX, f64::EPSILON],
        ),
        some(
            (any::<i64>(), 0..20_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale)),
            vec![Decimal::new(10, 1), Decimal::new(100, 2), Decimal::MAX],
        ),
        some(
            any::<i32>().prop_map(|it| Decimal::new(it.into(), 4)),
            vec![Decimal::ONE],
        ),
    );
    let texts = (
        some(text(), vec![String::new()]),
        some("[ -~]{0,30}", vec![String::from("%_\\'\"")]),
        some(
            prop::collection::vec(any::<u8>(), 0..30),
            vec![vec![], vec![0, 255]],
        ),
        some(any::<u128>().prop_map(Uuid::from_u128), vec![Uuid::nil()]),
        some(
            prop::sample::select(vec![Mood::Sad, Mood::Merry, Mood::Calm]),
            vec![Mood::Calm],
        ),
        some(any::<i64>().prop_map(Cents), vec![Cents(0)]),
    );
    let times = (
        some(
            instant().prop_map(|it| it.date_naive()),
            vec![NaiveDate::default()],
        ),
        some(instant().prop_map(|it| it.time()), vec![NaiveTime::MIN]),
        some(
            instant().prop_map(|it| it.naive_utc()),
            vec![NaiveDateTime::default()],
        ),
        some(instant(), vec![DateTime::default()]),
    );
    (any::<u128>(), numbers, texts, times).prop_map(|(id, n, s, t)| Every {
        id: Uuid::from_u128(id),
        flag: n.0,
        small: n.1,
        medium: n.2,
        big: n.3,
        single: n.4,
        double: n.5,
        exact: n.6,
        scaled: n.7,
        text: s.0,
        short: s.1,
        bytes: s.2,
        unique: s.3,
        mood: s.4,
        cents: s.5,
        day: t.0,
        clock: t.1,
        moment: t.2,
        instant: t.3,
    })
}

fn orders() -> Vec<Order<Every>> {
    macro_rules! of {
        ($($field:ident)*) => { vec![$(Every::$field.asc(), Every::$field.desc()),*] };
    }
    of![flag small medium big single double exact scaled text short bytes day clock moment
        instant unique mood cents]
}

#[tokio::test]
async fn one_row_a_page_finds_every_row_in_order() -> Test {
    let place = with_models(orm::models![Every]).await?;
    let db = &place.db;
    let mut runner = TestRunner::new_with_rng(
        Runs::default(),
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let mut rows = Vec::new();
    for _ in 0..60 {
        rows.push(
            every()
                .new_tree(&mut runner)
                .map_err(|it| it.to_string())?
                .current(),
        );
    }
    let new = rows.into_iter().map(|row| {
        Every::create()
            .id(row.id)
            .flag(row.flag)
            .small(row.small)
            .medium(row.medium)
            .big(row.big)
            .single(row.single)
            .double(row.double)
            .exact(row.exact)
            .scaled(row.scaled)
            .text(row.text)
            .short(row.short)
            .bytes(row.bytes)
            .day(row.day)
            .clock(row.clock)
            .moment(row.moment)
            .instant(row.instant)
            .unique(row.unique)
            .mood(row.mood)
            .cents(row.cents)
    });
    Every::create_many(new).save(db).await?;
    for (at, order) in orders().into_iter().enumerate() {
        let key = if at % 2 == 0 {
            Every::id.asc()
        } else {
            Every::id.desc()
        };
        let query = Every::query().order_by(order);
        let all = query.clone().order_by(key).all(db).await?;
        let mut seen = Vec::new();
        let mut page = query.clone().page(1).fetch(db).await?;
        loop {
            seen.append(&mut page.rows);
            let Some(next) = page.next else { break };
            // As it goes through an address.
            let next = next.to_string().parse::<PageCursor>()?;
            page = query.clone().page(1).at(Some(next)).fetch(db).await?;
        }
        let keys = |rows: &[Every]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        assert_eq!(keys(&seen), keys(&all), "{}", at / 2);
    }
    Ok(())
}

// What is no number is one value, bigger than every number.
#[tokio::test]
async fn what_is_no_number_has_its_place() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Every]).await?;
    let db = &place.db;
    let doubles = [
        f64::NAN,
        1.0,
        f64::NAN,
        f64::INFINITY,
        -0.0,
        0.0,
        f64::NEG_INFINITY,
    ];
    let new = (1..)
        .zip(doubles)
        .map(|(id, double)| Every::create().id(Uuid::from_u128(id)).double(Some(double)));
    Every::create_many(new).save(db).await?;
    let mut cursor = None;
    let mut seen = Vec::new();
    loop {
        let page = Every::query().order_by(Every::double).page(1).at(cursor);
        let page = page.fetch(db).await?;
        seen.extend(page.rows.iter().map(|row| row.id.as_u128()));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [7, 5, 6, 2, 4, 1, 3]);
    Ok(())
}
