//! Where SQLite differs from a server, and a program must not notice, or is told.

use orm::error::ErrorKind;
use orm::prelude::*;
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "readings")]
struct Reading {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    said: String,
    value: f64,
    day: Option<NaiveDate>,
}

fn reading(id: i32) -> ReadingCreate<orm::create::Given, orm::create::Given, orm::create::Given> {
    Reading::create().id(id).said(format!("{id}")).value(0.5)
}

#[track_caller]
fn cannot_be_stored<T>(answer: orm::Result<T>) {
    let error = answer.err().expect("an error");
    // A column of a model knows what it cannot hold before a database is asked.
    let kinds = [ErrorKind::Encode, ErrorKind::Validation];
    assert!(kinds.contains(&error.kind()), "{error}");
    assert!(!error.took_effect());
}

// NaN would be NULL, and a text would end at its NUL, by one way or the other.
#[tokio::test]
async fn what_has_no_form_is_refused_by_every_way_in() -> Test {
    only_on_a_file!();
    let place = with_models(orm::models![Reading]).await?;
    let db = &place.db;
    reading(1).save(db).await?;
    let far = NaiveDate::from_ymd_opt(12_024, 1, 1);
    let bad = || {
        [
            reading(2).value(f64::NAN),
            reading(2).said("a\0b"),
            reading(2).day(far),
        ]
    };
    for row in bad() {
        cannot_be_stored(row.save(db).await);
    }
    for row in bad() {
        cannot_be_stored(Reading::create_many([reading(3), row]).save(db).await);
    }
    for row in bad() {
        cannot_be_stored(Reading::upsert(row).on_key().save(db).await);
    }
    let all = || Reading::query().all_rows().update();
    cannot_be_stored(all().set(Reading::value, f64::NAN).save(db).await);
    cannot_be_stored(all().set(Reading::said, "a\0b").save(db).await);
    for filter in [
        Reading::value.eq(f64::NAN),
        Reading::value.in_([1.0, f64::NAN]),
        Reading::said.ne("a\0b"),
        Reading::said.not_in(["a", "a\0b"]),
        Reading::day.lt(far),
    ] {
        cannot_be_stored(Reading::query().filter(filter.clone()).all(db).await);
        cannot_be_stored(Reading::query().filter(filter).delete().run(db).await);
    }
    let raw = orm::raw::raw_sql("SELECT $1").bind(f64::NAN);
    cannot_be_stored(raw.scalar::<f64>(db).await);
    assert_eq!(Reading::query().all(db).await?.len(), 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "few")]
struct Few {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "many")]
struct Many {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

// A number of SQLite has 64 bits, and its last one is reported as a full disk.
#[tokio::test]
async fn numbers_that_a_key_cannot_be_are_not_given() -> Test {
    only_on_a_file!();
    let place = with_models(orm::models![Few, Many]).await?;
    let db = &place.db;
    Few::create().id(i32::MAX).name("last").save(db).await?;
    let error = Few::create().name("next").save(db).await.unwrap_err();
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Few"), &["id"][..]),
        "{error}"
    );
    assert_eq!(Few::query().count(db).await?, 1);
    Many::create().id(i64::MAX).name("last").save(db).await?;
    assert_eq!(Many::find(i64::MAX).one(db).await?.name, "last");
    let error = Many::create().name("next").save(db).await.unwrap_err();
    assert!(
        error.to_string().contains("has given its last number"),
        "{error}"
    );
    let rows = ["a", "b"].map(|name| Many::create().name(name));
    Many::create_many(rows).save(db).await.unwrap_err();
    assert_eq!(Many::query().count(db).await?, 1);
    Ok(())
}

/// A table as other programs make it.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "theirs")]
struct Theirs {
    #[column(primary_key)]
    code: String,
    flag: bool,
    number: i32,
    at: DateTime<Utc>,
    id: uuid::Uuid,
    price: Decimal,
}

/// Columns without a type that holds, and one row.
async fn theirs(row: &str) -> Test<Place> {
    with_tables(&format!(
        "CREATE TABLE theirs (code TEXT PRIMARY KEY COLLATE NOCASE, flag BOOLEAN, number INT, \
         at DATETIME, id UUID, price DECIMAL(10, 2)); \
         INSERT INTO theirs VALUES {row}"
    ))
    .await
}

const ID: &str = "'00000000-0000-0000-0000-00000000000a'";

#[tokio::test]
async fn files_of_others_are_read_as_far_as_there_is_no_doubt() -> Test {
    only_on_a_file!();
    let place = theirs(&format!("('Ann', 1, 7, '2024-02-29 01:02:03', {ID}, 1.1)")).await?;
    let db = &place.db;
    let row = Theirs::query().one(db).await?;
    assert!(row.flag);
    assert_eq!(row.at.to_rfc3339(), "2024-02-29T01:02:03+00:00");
    assert_eq!(row.price, Decimal::new(11, 1));
    // The column compares without case, whoever asks.
    assert_eq!(Theirs::find("aNN").one(db).await?.code, "Ann");
    for (set, field) in [
        ("flag = 2", "flag"),
        ("flag = 'maybe'", "flag"),
        ("number = 3000000000", "number"),
        ("number = 1.5", "number"),
        ("at = 1709168523", "at"),
        ("at = 'yesterday'", "at"),
        ("id = '1e999'", "id"),
        ("price = '1.1.1'", "price"),
        ("code = NULL", "code"),
    ] {
        let place = theirs(&format!("('Ann', 1, 7, '2024-02-29 01:02:03', {ID}, 1.1)")).await?;
        place.run(&format!("UPDATE theirs SET {set}")).await?;
        let error = Theirs::query().all(&place.db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{set}: {error}");
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Theirs"), &[field][..]),
            "{set}"
        );
        // What is there is not shown.
        assert!(!error.to_string().contains("1.1.1"), "{error}");
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select")]
#[association(has_many, as = "group", model = Having, foreign_key = "order")]
struct From {
    #[column(primary_key)]
    r#where: i32,
    order: String,
    #[column(name = "a \"b' `c` [d] ; --")]
    odd: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "table")]
#[association(belongs_to, as = "values", model = From, foreign_key = "order", on_delete = "cascade")]
struct Having {
    #[column(primary_key)]
    index: i32,
    order: i32,
}

#[tokio::test]
async fn names_are_names_though_they_are_words_of_sql() -> Test {
    only_on_a_file!();
    let place = with_models(orm::models![From, Having]).await?;
    let db = &place.db;
    let from = From::create().r#where(1).order("by").odd(7);
    let from = from.with(From::group, |having| [having().index(1), having().index(2)]);
    let from = from.save(db).await?;
    let tree = From::query()
        .filter(From::odd.eq(7).and(From::group.any(Having::index.gt(1))))
        .include(From::group)
        .order_by((From::order, From::odd))
        .one(db)
        .await?;
    assert_eq!(tree.group.len(), 2);
    let updated = from.update().set(From::odd, From::odd + 1).save(db).await?;
    assert_eq!(updated.odd, Some(8));
    let upserted = From::upsert(From::create().r#where(1).order("again")).on_key();
    assert!(!upserted.save(db).await?.created);
    assert_eq!(
        From::query()
            .filter(From::odd.eq(8))
            .delete()
            .run(db)
            .await?,
        1
    );
    assert_eq!(Having::query().count(db).await?, 0);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "words")]
struct Word {
    #[column(primary_key)]
    word: String,
    #[column(unique)]
    place: Option<i32>,
}

// SQLite lets every key but a number be NULL, unless it is told not to.
#[tokio::test]
async fn a_key_is_never_null() -> Test {
    only_on_a_file!();
    let place = with_models(orm::models![Word]).await?;
    Word::create().word("first").save(&place.db).await?;
    let insert = orm::raw::raw_sql("INSERT INTO words (word) VALUES (NULL)");
    let error = insert.execute(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation, "{error}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Word"), &["word"][..])
    );
    // What is unique may be, any number of times.
    for word in ["a", "b"] {
        Word::create().word(word).save(&place.db).await?;
    }
    Ok(())
}
