//! Likeness of texts, by `pg_trgm`.

use orm::prelude::*;
use orm::raw::raw_sql;

use super::{Dice, brings_its_extension, has_extension};
use crate::database::{Place, Test, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "City")]
struct City {
    #[column(primary_key)]
    id: i32,
    #[column(varchar(200), index(method = gist, ops = "gist_trgm_ops", name = "city_name"))]
    name: Option<String>,
}

const PARTS: [&str; 12] = [
    "lon", "don", "par", "is", "ber", "lin", " ", "new", "york", "日本", "é", "'",
];

/// `None` where the server has not got the extension.
async fn cities() -> Test<Option<Place>> {
    let place = with_tables("SELECT 1").await?;
    if !has_extension(&place.db, "pg_trgm").await? {
        return Ok(None);
    }
    place.db.create_missing(orm::models![City]).await?;
    let mut dice = Dice(3);
    let rows = (0..400).map(|id| {
        let name: String = (0..dice.below(5)).map(|_| dice.pick(&PARTS)).collect();
        City::create()
            .id(id)
            .name((dice.below(9) > 0).then_some(name))
    });
    City::create_many(rows).save(&place.db).await?;
    Ok(Some(place))
}

#[tokio::test]
async fn likeness_is_what_sql_by_hand_says() -> Test {
    only_on_a_server!();
    let Some(place) = cities().await? else {
        return Ok(());
    };
    for typed in [
        "lodnon",
        "Paris",
        "",
        "berlin new",
        "日本",
        "'; DROP TABLE \"City\"; --",
        "%",
    ] {
        let all = City::query().order_by(City::id).values((
            City::id,
            City::name.similarity(typed),
            City::name.word_similarity(typed),
            City::name.unlikeness(typed),
            City::name.word_unlikeness(typed),
        ));
        let by_hand = "SELECT id, similarity(name, $1), word_similarity($1, name), name <-> $1, name <->> $1 FROM \"City\" ORDER BY id";
        let there = raw_sql(by_hand).bind(typed).rows(&place.db).await?;
        assert_eq!(all.all(&place.db).await?, there, "{typed}");

        let alike = City::query().filter(City::name.is_like(typed) | City::name.has_like(typed));
        let nearest = alike
            .order_by((City::name.unlikeness(typed), City::id))
            .limit(20)
            .values(City::id);
        let by_hand = "SELECT id FROM \"City\" WHERE name % $1 OR name %> $1 ORDER BY name <-> $1, id LIMIT 20";
        let there = raw_sql(by_hand)
            .bind(typed)
            .scalars::<i32>(&place.db)
            .await?;
        assert_eq!(nearest.all(&place.db).await?, there, "{typed}");

        let half = City::query()
            .filter(City::name.similarity(typed).ge(0.5))
            .count(&place.db)
            .await?;
        let by_hand = "SELECT count(*) FROM \"City\" WHERE similarity(name, $1) >= 0.5";
        assert_eq!(
            half,
            raw_sql(by_hand)
                .bind(typed)
                .scalar::<i64>(&place.db)
                .await?
        );
    }
    // A column is as good as a value.
    let same = City::query()
        .filter(City::name.similarity(City::name).lt(1.0))
        .count(&place.db)
        .await?;
    let by_hand = "SELECT count(*) FROM \"City\" WHERE similarity(name, name) < 1";
    assert_eq!(same, raw_sql(by_hand).scalar::<i64>(&place.db).await?);
    Ok(())
}

#[tokio::test]
async fn an_index_finds_the_most_alike() -> Test {
    only_on_a_server!();
    let Some(place) = cities().await? else {
        return Ok(());
    };
    let alike = City::query().filter(City::name.is_like("london"));
    let plan = alike.explain_by_index(&place.db).await?;
    assert!(format!("{plan:?}").contains("city_name"), "{plan:?}");
    let nearest = City::query()
        .order_by(City::name.unlikeness("london"))
        .limit(5);
    let plan = nearest.explain_by_index(&place.db).await?;
    assert!(format!("{plan:?}").contains("city_name"), "{plan:?}");
    Ok(())
}

#[tokio::test]
async fn models_bring_their_extension_along() -> Test {
    only_on_a_server!();
    brings_its_extension(orm::models![City], "pg_trgm").await
}
