//! Upserts on tables of every kind, and which columns they overwrite.

use orm::error::ErrorKind;
use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "readings", timestamps)]
struct Reading {
    #[column(primary_key)]
    id: i32,
    label: String,
    note: Option<String>,
    #[column(default = 7)]
    weight: i32,
    #[column(default_sql = "'raw'")]
    source: String,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

async fn ordinary() -> Test<Place> {
    with_models(orm::models![Reading]).await
}

async fn partitioned() -> Test<Place> {
    let place = ordinary().await?;
    place
        .run(
            "ALTER TABLE readings RENAME TO readings_0;
             CREATE TABLE readings (LIKE readings_0 INCLUDING ALL) PARTITION BY RANGE (id);
             ALTER TABLE readings ATTACH PARTITION readings_0 FOR VALUES FROM (0) TO (100);
             CREATE TABLE readings_1 PARTITION OF readings FOR VALUES FROM (100) TO (200)",
        )
        .await?;
    Ok(place)
}

async fn view() -> Test<Place> {
    let place = ordinary().await?;
    place
        .run(
            "ALTER TABLE readings RENAME TO all_readings;
             CREATE VIEW readings AS SELECT * FROM all_readings;
             ALTER VIEW readings ALTER COLUMN source SET DEFAULT 'raw'",
        )
        .await?;
    Ok(place)
}

type Complete = ReadingCreate<orm::create::Given, orm::create::Given>;

fn reading(id: i32, label: &str) -> Complete {
    Reading::create().id(id).label(label)
}

async fn told(id: i32, label: &str, db: &dyn Executor) -> Test<(bool, String)> {
    let saved = Reading::upsert(reading(id, label))
        .on_key()
        .save(db)
        .await?;
    Ok((saved.created, saved.row.label))
}

async fn creates_and_overwrites(place: &Place) -> Test {
    let db = &place.db;
    assert_eq!(told(1, "a", db).await?, (true, "a".into()));
    assert_eq!(told(1, "b", db).await?, (false, "b".into()));
    assert_eq!(told(150, "c", db).await?, (true, "c".into()));
    let tx = db.begin().await?;
    assert_eq!(told(1, "d", &tx).await?, (false, "d".into()));
    assert_eq!(told(2, "e", &tx).await?, (true, "e".into()));
    assert_eq!(told(2, "f", &tx).await?, (false, "f".into()));
    assert_eq!(told(3, "g", &tx).await?, (true, "g".into()));
    tx.commit().await?;
    let ignored = Reading::upsert(reading(1, "h"))
        .on_key()
        .or_ignore(db)
        .await?;
    assert_eq!(ignored, None);
    let labels = Reading::query()
        .filter(Reading::id.le(3))
        .order_by(Reading::id);
    let labels = labels.all(db).await?.into_iter().map(|it| it.label);
    assert!(labels.eq(["d", "f", "g"]));
    Ok(())
}

#[tokio::test]
async fn an_ordinary_table_tells_a_new_row_from_an_old_one() -> Test {
    creates_and_overwrites(&ordinary().await?).await
}

#[tokio::test]
async fn a_partitioned_table_tells_a_new_row_from_an_old_one() -> Test {
    only_on_a_server!();
    creates_and_overwrites(&partitioned().await?).await
}

#[tokio::test]
async fn a_view_tells_a_new_row_from_an_old_one() -> Test {
    only_on_a_server!();
    creates_and_overwrites(&view().await?).await
}

// No other statement of the program has looked at the table before.
#[tokio::test]
async fn the_first_upsert_may_be_in_a_transaction() -> Test {
    only_on_a_server!();
    #[derive(Model, Debug, Clone)]
    #[model(table = "bins")]
    struct Bin {
        #[column(primary_key)]
        id: i32,
        label: String,
    }
    let place = with_models(orm::models![Bin]).await?;
    place
        .run(
            "DROP TABLE bins;
             CREATE TABLE bins (id int PRIMARY KEY, label text NOT NULL) PARTITION BY HASH (id);
             CREATE TABLE bins_0 PARTITION OF bins FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        )
        .await?;
    let tx = place.db.begin().await?;
    for expected in [true, false] {
        let bin = Bin::upsert(Bin::create().id(1).label("x")).on_key();
        assert_eq!(bin.save(&tx).await?.created, expected);
    }
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn many_at_once_agree_on_who_created_the_row() -> Test {
    only_on_a_server!();
    let place = partitioned().await?;
    let upserts = (0..16).map(|n| {
        let db = place.db.clone();
        tokio::spawn(async move {
            let row = reading(n % 2, "x");
            Reading::upsert(row)
                .on_key()
                .save(&db)
                .await
                .map(|it| it.created)
        })
    });
    let upserts: Vec<_> = upserts.collect();
    let mut created = 0;
    for upsert in upserts {
        created += usize::from(upsert.await??);
    }
    assert_eq!(created, 2);
    Ok(())
}

#[tokio::test]
async fn a_column_that_is_to_be_overwritten_and_not_given_is_refused() -> Test {
    let place = ordinary().await?;
    let upsert = Reading::upsert(reading(1, "a"))
        .on_key()
        .overwrite(Reading::note);
    let error = upsert.save(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(
        error.to_string(),
        "Reading.note: `overwrite` names a column that the row does not give: add `.note(..)` to the \
         row, or leave it out of `overwrite`"
    );
    let upsert = Reading::upsert(reading(1, "a"))
        .on_key()
        .overwrite(Reading::label);
    let error = upsert.or_ignore(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("`or_ignore` leaves"), "{error}");
    let upsert = Reading::upsert(reading(1, "a"))
        .on_key()
        .overwrite(Reading::label);
    let error = upsert.or_find(&place.db).await.unwrap_err();
    assert!(error.to_string().contains("`or_find` leaves"), "{error}");
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_column_with_a_default_may_be_overwritten_with_it() -> Test {
    let place = ordinary().await?;
    let row = reading(1, "a").weight(50).source("typed").note("n");
    let before = row.save(&place.db).await?;
    let upsert = Reading::upsert(reading(1, "b"))
        .on_key()
        .overwrite(Reading::weight);
    let saved = upsert.overwrite(Reading::source).save(&place.db).await?.row;
    let facts = (
        saved.label.as_str(),
        saved.weight,
        saved.source.as_str(),
        saved.note.as_deref(),
    );
    assert_eq!(facts, ("a", 7, "raw", Some("n")));
    assert_eq!(saved.created_at, before.created_at);

    // What is named is overwritten, whatever it is.
    let upsert = Reading::upsert(reading(1, "b"))
        .on_key()
        .overwrite(Reading::created_at);
    let saved = upsert
        .overwrite(Reading::created_at)
        .save(&place.db)
        .await?
        .row;
    assert!(saved.created_at > before.created_at);
    Ok(())
}

#[tokio::test]
async fn a_column_may_be_named_twice_and_the_time_of_creation_stays() -> Test {
    let place = with_models(orm::models![Reading]).await?;
    let reading = |label: &str| Reading::create().id(1).label(label).note(label.to_owned());
    let first = reading("a").save(&place.db).await?;
    let again = Reading::upsert(reading("b")).on_key();
    let again = again.overwrite(Reading::note).overwrite(Reading::label);
    let again = again.overwrite(Reading::note).save(&place.db).await?.row;
    assert_eq!(
        (again.label.as_str(), again.note.as_deref()),
        ("b", Some("b"))
    );
    // A time that is given by hand is that of a new row.
    let dated = reading("c").created_at(DateTime::UNIX_EPOCH);
    let dated = Reading::upsert(dated).on_key().save(&place.db).await?;
    assert!(!dated.created);
    assert_eq!(dated.row.created_at, first.created_at);
    assert_eq!(dated.row.label, "c");
    Ok(())
}
