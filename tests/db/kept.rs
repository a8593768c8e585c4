//! Tables that are kept in another way than most: in partitions, with keys of other
//! names, with constraints that are checked at the end.

use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "readings", primary_key_name = "PK readings", partition_by(range = day))]
#[association(has_many, as = "remarks", model = Remark, foreign_key = ("day", "reading"))]
struct Reading {
    #[column(primary_key)]
    day: NaiveDate,
    #[column(primary_key)]
    id: i64,
    #[column(collation = "C")]
    unit: String,
    value: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "side_remarks", unlogged, storage(fillfactor = 70))]
#[association(
    belongs_to, as = "of", model = Reading, foreign_key = ("day", "reading"),
    constraint = "FK remark", match_full, deferrable = "initially_deferred"
)]
struct Remark {
    #[column(primary_key, auto_increment)]
    id: i32,
    day: Option<NaiveDate>,
    reading: Option<i64>,
    #[column(unique(deferrable = "initially_deferred"))]
    place: i32,
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2024, 1, number).expect("a day")
}

async fn place() -> Test<Place> {
    let place = with_models(orm::models![Reading, Remark]).await?;
    place
        .run(
            "CREATE TABLE readings_early PARTITION OF readings FOR VALUES FROM (MINVALUE) TO ('2024-01-03');
             CREATE TABLE readings_late PARTITION OF readings DEFAULT",
        )
        .await?;
    Ok(place)
}

/// A reading of each of the first days.
async fn readings(place: &Place, days: u32) -> Test<Vec<Reading>> {
    let new = (1..=days).map(|it| {
        let reading = Reading::create().day(day(it)).id(i64::from(it));
        reading.unit("m").value(0)
    });
    Ok(Reading::create_many(new).save(&place.db).await?)
}

#[tokio::test]
async fn rows_of_partitions_are_those_of_one_table() -> Test {
    only_on_a_server!();
    let place = place().await?;
    let db = &place.db;
    let all = readings(&place, 4).await?;
    assert_eq!(all.len(), 4);
    let copied = Reading::create().day(day(9)).id(9).unit("K").value(1);
    assert_eq!(Reading::copy_in([copied]).save(db).await?, 1);
    // Also into another partition.
    let moved = all[0].update().set(Reading::day, day(8)).save(db).await?;
    assert_eq!(Reading::find((day(8), 1)).one(db).await?, moved);
    let again = Reading::create().day(day(2)).id(2).unit("cm").value(7);
    let again = Reading::upsert(again).on_key().save(db).await?;
    assert_eq!((again.row.unit.as_str(), again.row.value), ("cm", 7));
    let sorted = Reading::query().order_by((Reading::unit, Reading::day));
    let sorted = sorted.values(Reading::unit).all(db).await?;
    assert_eq!(sorted, ["K", "cm", "m", "m", "m"]);

    let remark = Remark::create().day(day(2)).reading(2).place(1);
    remark.save(db).await?;
    let loaded = Reading::find((day(2), 2)).include(Reading::remarks);
    assert_eq!(loaded.one(db).await?.remarks.len(), 1);
    let gone = Reading::find((day(9), 9)).one(db).await?;
    gone.delete(db).await?;
    assert_eq!(Reading::query().count(db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn a_name_of_ones_own_leads_to_the_fields() -> Test {
    only_on_a_server!();
    let place = place().await?;
    let db = &place.db;
    readings(&place, 1).await?;
    let twice = Reading::create().day(day(1)).id(1).unit("m").value(0);
    let error = twice.save(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["day", "id"]);
    let nowhere = Remark::create().day(day(1)).reading(7).place(1);
    let error = nowhere.save(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(error.fields(), ["day", "reading"]);
    // Half a key is none.
    let half = Remark::create().day(day(1)).place(1);
    let error = half.save(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    Ok(())
}

// Two rows change places in one transaction, which looks at its end only.
#[tokio::test]
async fn what_is_checked_at_the_end_may_be_twice_meanwhile() -> Test {
    only_on_a_server!();
    let place = place().await?;
    let db = &place.db;
    let [one, two] = [1, 2].map(|it| Remark::create().place(it));
    let (one, two) = (one.save(db).await?, two.save(db).await?);
    let swapped = db.transaction(async |tx| {
        one.update().set(Remark::place, 2).save(tx).await?;
        two.update().set(Remark::place, 1).save(tx).await
    });
    assert_eq!(swapped.await?.place, 1);
    let twice: orm::Result<()> = db
        .transaction(async |tx| {
            Remark::create().place(1).save(tx).await?;
            Ok(())
        })
        .await;
    let error = twice.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["place"]);
    Ok(())
}

// What the models say is what is there, and nothing is missing.
#[tokio::test]
async fn the_tables_are_as_the_models_say() -> Test {
    only_on_a_server!();
    let place = place().await?;
    let models = orm::models![Reading, Remark];
    let report = place.db.plan_missing(models).await?;
    assert!(
        report.plan.is_empty() && report.differences.is_empty(),
        "{report:?}"
    );
    let diff = place.db.diff(models, &orm::diff::Options::new()).await?;
    assert!(diff.is_empty() && diff.left_alone.is_empty(), "{diff}");
    // What differs is told by `create_missing`, which changes nothing of it.
    place
        .run(
            "ALTER TABLE side_remarks SET LOGGED; ALTER TABLE side_remarks RESET (fillfactor);
             ALTER TABLE side_remarks RENAME CONSTRAINT side_remarks_pkey TO other;
             ALTER TABLE readings RENAME CONSTRAINT \"PK readings\" TO other_key;
             ALTER TABLE readings ALTER unit TYPE text COLLATE \"POSIX\"",
        )
        .await?;
    let report = place.db.plan_missing(models).await?;
    let told: Vec<String> = report.differences.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "the collation of `readings.unit` is C in the model and POSIX in the database",
            "the constraint `PK readings` of `readings` is called `other_key` in the database",
            "UNLOGGED of `side_remarks` is said in the model and not said in the database",
            "the storage parameter fillfactor of `side_remarks` is 70 in the model and not set in the database",
        ]
    );
    Ok(())
}
