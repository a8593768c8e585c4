//! Fields of documents by name, beside SQL by hand and beside the documents themselves.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::query::{Filter, count};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Dice;
use crate::database::{Place, Test, on_a_file, with_models};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonFields)]
#[serde(rename_all = "camelCase")]
struct Settings {
    theme: String,
    font_size: Option<u8>,
    #[serde(rename = "it's \"a\" $.key, {\\}")]
    odd: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ratio: Option<f64>,
    is_admin: bool,
    seen: u64,
    day: NaiveDate,
    at: DateTime<Utc>,
    cents: Cents,
    plan: Plan,
    tags: Vec<String>,
    limits: BTreeMap<String, i32>,
    address: Option<Address>,
    r#type: char,
    #[serde(with = "reversed")]
    hidden: String,
    #[serde(skip)]
    #[allow(dead_code)]
    cached: bool,
}

mod reversed {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(text: &str, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&text.chars().rev().collect::<String>())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
        Ok(String::deserialize(from)?.chars().rev().collect())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonFields)]
struct Address {
    city: String,
    #[serde(rename(serialize = "geo", deserialize = "geo"))]
    point: Option<Point>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonFields)]
struct Point {
    x: f32,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonFields)]
struct Cents(i64);

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonFields)]
#[serde(rename_all = "kebab-case")]
enum Plan {
    FreeForAll,
    Paid,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Account")]
struct Account {
    #[column(primary_key)]
    id: i32,
    settings: Json<Settings>,
    #[column(json)]
    kept: Option<Json<Settings>>,
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Account)]
struct Shown {
    id: i32,
    #[projection(value = Account::settings.at(Settings::address).at(Address::city))]
    city: Option<String>,
}

fn settings(dice: &mut Dice) -> Settings {
    let texts = [
        "dark", "light", "", "日本", "it's", "10", "9", "null", "\"q\"\\",
    ];
    let day =
        NaiveDate::from_ymd_opt(2024, 2, 1).unwrap_or_default() + chrono::Days::new(dice.below(60));
    Settings {
        theme: dice.pick(&texts).to_owned(),
        font_size: (dice.below(3) > 0).then(|| dice.below(255) as u8),
        odd: dice.pick(&[-9, 0, 9, 10, 100, i64::MAX, i64::MIN]),
        ratio: (dice.below(3) > 0).then(|| dice.pick(&[-0.5, 1e-7, 2.0, 10.25, 1e21])),
        is_admin: dice.below(2) == 0,
        seen: dice.pick(&[0, 7, u64::MAX]),
        day,
        at: day.and_time(NaiveTime::MIN).and_utc()
            + chrono::Duration::microseconds(dice.below(3) as i64),
        cents: Cents(dice.below(9) as i64 - 4),
        plan: dice.pick(&[Plan::FreeForAll, Plan::Paid]),
        tags: (0..dice.below(3))
            .map(|_| dice.pick(&texts).to_owned())
            .collect(),
        limits: BTreeMap::from([(dice.pick(&texts).to_owned(), dice.below(4) as i32)]),
        address: (dice.below(3) > 0).then(|| Address {
            city: dice.pick(&texts).to_owned(),
            point: (dice.below(2) > 0).then(|| Point {
                x: dice.pick(&[0.1, -3.0, 7.5]),
            }),
        }),
        r#type: dice.pick(&['a', 'é', '🦀']),
        hidden: dice.pick(&texts).to_owned(),
        cached: false,
    }
}

async fn accounts() -> Test<(Place, Vec<Settings>)> {
    let place = with_models(orm::models![Account]).await?;
    let mut dice = Dice(7);
    let all: Vec<Settings> = (0..300).map(|_| settings(&mut dice)).collect();
    let rows = all.iter().zip(0..).map(|(it, id)| {
        let kept = (id % 4 > 0).then(|| Json(it.clone()));
        Account::create().id(id).settings(it.clone()).kept(kept)
    });
    Account::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok((place, all))
}

/// Those that are found are those of which it holds.
async fn found(
    place: &Place,
    all: &[Settings],
    filter: Filter<Account>,
    holds: impl Fn(&Settings) -> bool,
) -> Test {
    let ids = Account::query()
        .filter(filter)
        .order_by(Account::id)
        .values(Account::id);
    let expected: Vec<i32> = (0..)
        .zip(all)
        .filter(|(_, it)| holds(it))
        .map(|(id, _)| id)
        .collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(ids.all(&place.db).await?, expected);
    Ok(())
}

#[tokio::test]
async fn fields_are_compared_as_what_they_are() -> Test {
    let (place, all) = accounts().await?;
    let doc = Account::settings;
    let (p, a) = (&place, &all[..]);
    found(p, a, doc.at(Settings::theme).eq("it's"), |it| {
        it.theme == "it's"
    })
    .await?;
    found(p, a, doc.at(Settings::theme).in_(["dark", "null"]), |it| {
        it.theme == "dark" || it.theme == "null"
    })
    .await?;
    found(
        p,
        a,
        doc.at(Settings::theme).concat("!").like("%k!"),
        |it| it.theme.ends_with('k'),
    )
    .await?;
    found(p, a, doc.at(Settings::font_size).gt(99), |it| {
        it.font_size > Some(99)
    })
    .await?;
    found(p, a, doc.at(Settings::font_size).is_null(), |it| {
        it.font_size.is_none()
    })
    .await?;
    found(p, a, doc.has_field(Settings::ratio), |it| {
        it.ratio.is_some()
    })
    .await?;
    found(p, a, doc.at(Settings::ratio).lt(2.5), |it| {
        it.ratio.is_some_and(|it| it < 2.5)
    })
    .await?;
    found(p, a, doc.at(Settings::odd).ge(10), |it| it.odd >= 10).await?;
    found(
        p,
        a,
        (doc.at(Settings::odd).cast::<Option<f64>>() * 2.0).lt(0.0),
        |it| it.odd < 0,
    )
    .await?;
    found(p, a, doc.at(Settings::is_admin).eq(true), |it| it.is_admin).await?;
    found(
        p,
        a,
        doc.at(Settings::seen).eq(Decimal::from(u64::MAX)),
        |it| it.seen == u64::MAX,
    )
    .await?;
    let day = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default();
    found(p, a, doc.at(Settings::day).gt(day), |it| it.day > day).await?;
    let at = day.and_time(NaiveTime::MIN).and_utc() + chrono::Duration::microseconds(1);
    found(p, a, doc.at(Settings::at).ge(at), |it| it.at >= at).await?;
    found(p, a, doc.at(Settings::cents).between(-1, 2), |it| {
        (-1..=2).contains(&it.cents.0)
    })
    .await?;
    found(p, a, doc.at(Settings::plan).eq(Plan::FreeForAll), |it| {
        it.plan == Plan::FreeForAll
    })
    .await?;
    found(p, a, doc.at(Settings::plan).ne(Plan::FreeForAll), |it| {
        it.plan == Plan::Paid
    })
    .await?;
    found(p, a, doc.at(Settings::tags).has_key("日本"), |it| {
        it.tags.iter().any(|it| it == "日本")
    })
    .await?;
    found(p, a, doc.at(Settings::limits).has_key("10"), |it| {
        it.limits.contains_key("10")
    })
    .await?;
    found(p, a, doc.at(Settings::r#type).eq("🦀"), |it| {
        it.r#type == '🦀'
    })
    .await?;
    found(p, a, doc.at(Settings::hidden).eq(json!("krad")), |it| {
        it.hidden == "dark"
    })
    .await?;
    let address = doc.at(Settings::address);
    found(p, a, address.clone().is_null(), |it| it.address.is_none()).await?;
    let city = |it: &Settings| it.address.as_ref().map(|it| it.city.clone());
    found(p, a, address.clone().at(Address::city).eq("日本"), |it| {
        city(it).as_deref() == Some("日本")
    })
    .await?;
    let x = |it: &Settings| Some(it.address.as_ref()?.point.as_ref()?.x);
    let point = address.clone().at(Address::point);
    found(p, a, point.clone().at(Point::x).gt(0.0), |it| {
        x(it) > Some(0.0)
    })
    .await?;
    found(p, a, point.clone().is_null(), |it| x(it).is_none()).await?;
    found(p, a, point.eq(Point { x: -3.0 }), |it| x(it) == Some(-3.0)).await?;
    found(
        p,
        a,
        doc.at_document(Settings::font_size)
            .eq(Some(7_u8))
            .or(doc.at(Settings::odd).lt(0)),
        |it| it.font_size == Some(7) || it.odd < 0,
    )
    .await
}

#[tokio::test]
async fn fields_sort_group_and_are_shown() -> Test {
    let (place, all) = accounts().await?;
    let doc = Account::settings;
    let here = Account::query()
        .order_by((doc.at(Settings::odd).desc(), Account::id))
        .values((
            Account::id,
            doc.at(Settings::odd),
            doc.at(Settings::plan),
            doc.at(Settings::tags),
        ));
    let mut expected: Vec<_> = (0..)
        .zip(&all)
        .map(|(id, it)| {
            (
                id,
                Some(it.odd),
                Some(Json(it.plan)),
                Some(Json(it.tags.clone())),
            )
        })
        .collect();
    expected.sort_by_key(|it| (std::cmp::Reverse(it.1), it.0));
    assert_eq!(here.all(&place.db).await?, expected);

    let plans = Account::query()
        .values((
            doc.at(Settings::is_admin),
            doc.at(Settings::cents).sum(),
            count(),
        ))
        .group_by(doc.at(Settings::is_admin))
        .order_by(doc.at(Settings::is_admin));
    let of = |admin: bool| {
        let those = all.iter().filter(|it| it.is_admin == admin);
        let sum = those
            .clone()
            .map(|it| Decimal::from(it.cents.0))
            .sum::<Decimal>();
        (Some(admin), Some(sum), those.count() as i64)
    };
    assert_eq!(plans.all(&place.db).await?, [of(false), of(true)]);

    let shown: Vec<Shown> = Account::query()
        .order_by(Account::id)
        .select::<Shown>()
        .all(&place.db)
        .await?;
    let cities = all
        .iter()
        .map(|it| it.address.as_ref().map(|it| it.city.clone()));
    let expected: Vec<Shown> = (0..)
        .zip(cities)
        .map(|(id, city)| Shown { id, city })
        .collect();
    assert_eq!(shown, expected);
    place.log.assert_count(3);
    Ok(())
}

// `json` is kept as it was written; NULL is a document without fields.
#[tokio::test]
async fn fields_of_a_column_that_is_kept_as_written() -> Test {
    let (place, all) = accounts().await?;
    let kept = Account::kept;
    let here = Account::query().order_by(Account::id).values((
        kept.at(Settings::font_size),
        kept.at(Settings::address).at(Address::city),
        kept.at_document(Settings::plan),
    ));
    let expected: Vec<_> = (0..)
        .zip(&all)
        .map(|(id, it)| match id % 4 > 0 {
            true => (
                it.font_size.map(i16::from),
                it.address.as_ref().map(|it| it.city.clone()),
                Some(Json(it.plan)),
            ),
            false => (None, None, None),
        })
        .collect();
    assert_eq!(here.all(&place.db).await?, expected);
    let free = Account::query()
        .filter(kept.at(Settings::plan).eq(Plan::FreeForAll))
        .count(&place.db)
        .await?;
    let expected = (0..)
        .zip(&all)
        .filter(|(id, it)| id % 4 > 0 && it.plan == Plan::FreeForAll)
        .count();
    assert_eq!(free, expected as i64);
    Ok(())
}

#[tokio::test]
async fn what_is_null_and_what_is_not_there() -> Test {
    let (place, _) = accounts().await?;
    let null = if on_a_file() {
        "UPDATE \"Account\" SET settings = json_set(settings, '$.address', json('null')) WHERE id = 0;
         UPDATE \"Account\" SET settings = json_remove(settings, '$.address') WHERE id = 1"
    } else {
        "UPDATE \"Account\" SET settings = settings || '{\"address\": null}' WHERE id = 0;
         UPDATE \"Account\" SET settings = settings - 'address' WHERE id = 1"
    };
    place.run(null).await?;
    let address = Account::settings.at(Settings::address);
    let two = Account::query().filter(Account::id.in_([0, 1]));
    let rows = two
        .clone()
        .order_by(Account::id)
        .values((address.clone(), address.clone().at(Address::city)));
    assert_eq!(rows.all(&place.db).await?, [(None, None), (None, None)]);
    assert_eq!(
        two.clone()
            .filter(address.is_null())
            .count(&place.db)
            .await?,
        2
    );
    let there = two
        .filter(Account::settings.has_field(Settings::address))
        .values(Account::id);
    assert_eq!(there.all(&place.db).await?, [0]);
    Ok(())
}

#[tokio::test]
async fn a_path_is_written_as_an_index_says_it() -> Test {
    only_on_a_server!();
    let (place, _) = accounts().await?;
    place
        .run("CREATE INDEX account_city ON \"Account\" ((settings -> 'address' ->> 'city'))")
        .await?;
    let here = Account::settings
        .at(Settings::address)
        .at(Address::city)
        .eq("Bonn");
    let plan = Account::query()
        .filter(here)
        .explain_by_index(&place.db)
        .await?;
    assert!(format!("{plan:?}").contains("account_city"), "{plan:?}");
    Ok(())
}
