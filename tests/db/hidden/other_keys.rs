//! Rows that refer to marked rows by another key than their primary one.

use orm::prelude::*;

use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lands", soft_delete)]
#[association(has_many, as = "towns", model = Town, foreign_key = "land_code", source_key = "code")]
#[association(has_many, as = "people", model = Person, foreign_key = "land_code", source_key = "code")]
#[association(has_many, as = "flags", model = Flag, foreign_key = "land_code", source_key = "code")]
struct Land {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    code: String,
    deleted_at: Option<DateTime<Utc>>,
}

/// Goes with its land.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "towns", soft_delete)]
#[association(belongs_to, as = "land", model = Land, foreign_key = "land_code", target_key = "code", on_delete = "cascade")]
struct Town {
    #[column(primary_key)]
    id: i32,
    land_code: String,
    deleted_at: Option<DateTime<Utc>>,
}

/// Loses its land.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
#[association(belongs_to, as = "land", model = Land, foreign_key = "land_code", target_key = "code", on_delete = "set_null")]
struct Person {
    #[column(primary_key)]
    id: i32,
    land_code: Option<String>,
}

/// Keeps its land.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "flags")]
#[association(belongs_to, as = "land", model = Land, foreign_key = "land_code", target_key = "code", on_delete = "restrict")]
struct Flag {
    #[column(primary_key)]
    id: i32,
    land_code: String,
}

#[tokio::test]
async fn what_a_delete_says_is_done_by_them_too() -> Test {
    let place = with_models(orm::models![Land, Town, Person, Flag]).await?;
    let db = &place.db;
    // Keys that are each other's numbers would hide a mistake.
    for (id, code) in [(1, "c"), (2, "b"), (3, "a")] {
        Land::create().id(id).code(code).save(db).await?;
        Town::create().id(10 + id).land_code(code).save(db).await?;
        Person::create()
            .id(20 + id)
            .land_code(code)
            .save(db)
            .await?;
    }
    Flag::create().id(31).land_code("a").save(db).await?;
    let lands = Land::query().order_by(Land::id).all(db).await?;

    let error = lands[2].delete(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(Land::query().count(db).await?, 3);

    Land::delete_many(&lands[..2]).run(db).await?;
    let towns = Town::query().all(db).await?;
    assert_eq!(towns.iter().map(|it| it.id).collect::<Vec<_>>(), [13]);
    let people = Person::query().order_by(Person::id).all(db).await?;
    let codes: Vec<_> = people.iter().map(|it| it.land_code.as_deref()).collect();
    assert_eq!(codes, [None, None, Some("a")]);

    lands[0].restore(db).await?;
    let towns = Town::query().order_by(Town::id).all(db).await?;
    assert_eq!(towns.iter().map(|it| it.id).collect::<Vec<_>>(), [11, 13]);
    Ok(())
}
