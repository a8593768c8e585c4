//! Rows with hooks that go with others, several tables away.

use super::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cities", soft_delete)]
#[association(has_many, as = "streets", model = Street, foreign_key = "city_id")]
#[association(has_many, as = "parks", model = Park, foreign_key = "city_id")]
#[association(has_many, as = "twins", model = City, foreign_key = "twin_id")]
#[association(belongs_to, as = "twin", model = City, foreign_key = "twin_id", on_delete = "cascade")]
struct City {
    #[column(primary_key)]
    id: i32,
    twin_id: Option<i32>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "streets", soft_delete)]
#[association(belongs_to, as = "city", model = City, foreign_key = "city_id", on_delete = "cascade")]
#[association(has_many, as = "houses", model = House, foreign_key = "street_id")]
struct Street {
    #[column(primary_key)]
    id: i32,
    city_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "houses", soft_delete, hooks)]
#[association(belongs_to, as = "street", model = Street, foreign_key = "street_id", on_delete = "cascade")]
struct House {
    #[column(primary_key)]
    id: i32,
    street_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

impl Hooks for House {}

/// It has no mark: it goes where its city goes for good, and stays where that is marked.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parks", hooks)]
#[association(belongs_to, as = "city", model = City, foreign_key = "city_id", on_delete = "cascade")]
struct Park {
    #[column(primary_key)]
    id: i32,
    city_id: i32,
}

impl Hooks for Park {}

async fn town() -> Test<(Place, City)> {
    let place = with_models(orm::models![City, Street, House, Park]).await?;
    let db = &place.db;
    let city = City::create().id(1).save(db).await?;
    City::create().id(2).twin_id(1).save(db).await?;
    Street::create().id(1).city_id(1).save(db).await?;
    House::create().id(1).street_id(1).save(db).await?;
    place.log.clear();
    Ok((place, city))
}

#[track_caller]
fn refused(done: orm::Result<()>, model: &str, place: &Place) {
    let error = done.expect_err("it is refused");
    assert_eq!(error.model(), Some(model), "{error}");
    assert!(error.to_string().contains("has hooks"), "{error}");
    place.log.assert_count(0);
}

#[tokio::test]
async fn a_delete_that_reaches_them_is_refused() -> Test {
    let (place, city) = town().await?;
    let db = &place.db;
    refused(city.delete(db).await, "House", &place);
    refused(City::delete_many([&city]).run(db).await, "House", &place);
    refused(city.restore(db).await.map(drop), "House", &place);
    let filtered = City::query().filter(City::id.eq(1)).delete();
    refused(filtered.run(db).await.map(drop), "House", &place);
    // Two tables reach theirs; which is told first does not matter.
    let error = city.delete_for_good(db).await.unwrap_err();
    assert!(
        ["House", "Park"].map(Some).contains(&error.model()),
        "{error}"
    );
    city.without_hooks().delete(db).await?;
    assert_eq!(House::query().count(db).await?, 0);
    assert_eq!(City::query().count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_a_mark_leaves_alone_does_not_refuse_it() -> Test {
    let (place, _) = town().await?;
    let db = &place.db;
    db.create_missing(orm::models![Plain, Bench]).await?;
    let plain = Plain::create().id(1).save(db).await?;
    Bench::create().id(1).plain_id(1).save(db).await?;
    plain.delete(db).await?;
    assert_eq!(Bench::query().count(db).await?, 1);
    plain.restore(db).await?;
    let error = plain.delete_for_good(db).await.unwrap_err();
    assert_eq!(error.model(), Some("Bench"), "{error}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "plains", soft_delete)]
#[association(has_many, as = "benches", model = Bench, foreign_key = "plain_id")]
struct Plain {
    #[column(primary_key)]
    id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "benches", hooks)]
#[association(belongs_to, as = "plain", model = Plain, foreign_key = "plain_id", on_delete = "cascade")]
struct Bench {
    #[column(primary_key)]
    id: i32,
    plain_id: i32,
}

impl Hooks for Bench {}
