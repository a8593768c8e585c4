//! Keys that are NULL, composite, or of another column than the primary key.

use orm::prelude::*;

use super::ids;
use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bosses", timestamps)]
#[association(has_many, as = "clerks", model = Clerk, foreign_key = "boss_id")]
#[association(has_many, as = "guards", model = Clerk, foreign_key = "boss_id", scope(shift = "night"))]
#[association(has_many, as = "drivers", model = Clerk, foreign_key = "drives", source_key = "code")]
#[association(many_to_many, as = "teams", model = Team, through = "boss_teams", foreign_key = "boss_id", other_key = "team_code", target_key = "code")]
struct Boss {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    code: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clerks")]
#[association(belongs_to, as = "boss", model = Boss, foreign_key = "boss_id", on_delete = "set_null")]
#[association(belongs_to, as = "driven", model = Boss, foreign_key = "drives", target_key = "code", on_delete = "set_null")]
struct Clerk {
    #[column(primary_key, auto_increment)]
    id: i32,
    boss_id: Option<i32>,
    drives: Option<String>,
    #[column(default = "day")]
    shift: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams")]
#[association(many_to_many, as = "bosses", model = Boss, through = "boss_teams", foreign_key = "team_code", other_key = "boss_id", source_key = "code")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    code: Option<String>,
}

async fn office() -> Test<(Place, Boss)> {
    let place = with_models(orm::models![Boss, Clerk, Team]).await?;
    let boss = Boss::create().save(&place.db).await?;
    place.log.clear();
    Ok((place, boss))
}

#[tokio::test]
async fn nothing_is_created_below_a_key_that_is_null() -> Test {
    let (place, boss) = office().await?;
    let (db, drivers) = (&place.db, boss.related(Boss::drivers));
    for refused in [
        drivers.create().save(db).await.map(drop),
        Clerk::create_many([drivers.create(), drivers.create()])
            .save(db)
            .await
            .map(drop),
        Clerk::upsert(drivers.create().id(1))
            .on_key()
            .save(db)
            .await
            .map(drop),
        drivers.add(&[] as &[Clerk], db).await,
    ] {
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
        assert!(error.to_string().contains("key is NULL"), "{error}");
    }
    let second = Clerk::create_many([Clerk::create(), drivers.create()]);
    assert_eq!(second.save(db).await.unwrap_err().row(), Some(1));
    let rows = [Clerk::create().id(1), drivers.create().id(2)];
    let second = Clerk::upsert_many(rows).on_key().save(db).await;
    assert_eq!(second.unwrap_err().row(), Some(1));
    place.log.assert_count(0);
    let nested = Boss::create().with(Boss::drivers, |clerk| [clerk()]);
    let error = nested.save(db).await.unwrap_err();
    assert_eq!(error.row(), None);
    assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
    assert_eq!(Clerk::query().count(db).await?, 0);
    assert_eq!(Boss::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_row_begun_in_one_association_and_nested_in_another_belongs_to_both() -> Test {
    let (place, boss) = office().await?;
    let db = &place.db;
    let other = Boss::create().code("b").save(db).await?;
    let below = |clerk| Boss::create().with(Boss::clerks, |_| [clerk]).save(db);
    let orphan = boss.related(Boss::drivers).create();
    let error = below(orphan).await.unwrap_err();
    assert!(error.to_string().contains("key is NULL"), "{error}");
    let stray = other.related(Boss::drivers).create().drives("c");
    assert!(below(stray).await.unwrap_err().is_not_related());
    // What the first association asks is not forgotten for what the second does.
    let stray = other.related(Boss::drivers).create().drives("c");
    let nested = Boss::create().with(Boss::guards, |_| [stray]);
    assert!(nested.save(db).await.unwrap_err().is_not_related());
    assert_eq!(Clerk::query().count(db).await?, 0);
    let third = below(other.related(Boss::drivers).create()).await?;
    assert_eq!(third.related(Boss::clerks).count(db).await?, 1);
    assert_eq!(other.related(Boss::drivers).count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_row_without_a_key_cannot_be_referred_to() -> Test {
    let (place, boss) = office().await?;
    let db = &place.db;
    let clerk = Clerk::create().drives("x").boss_id(boss.id);
    assert!(
        clerk
            .save(db)
            .await
            .is_err_and(|error| error.is_foreign_key_violation())
    );
    let named = Boss::create().code("x").save(db).await?;
    let clerk = Clerk::create().drives("x").save(db).await?;
    let error = clerk
        .related(Clerk::driven)
        .set(&boss, db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
    assert_eq!(
        ids!(named.related(Boss::drivers).all(db).await?),
        [clerk.id]
    );
    let team = Team::create().save(db).await?;
    let error = boss
        .related(Boss::teams)
        .add([&team], db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
    assert!(
        boss.related(Boss::teams)
            .remove([&team], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    Ok(())
}

#[tokio::test]
async fn clearing_writes_this_row_alone() -> Test {
    let (place, boss) = office().await?;
    let db = &place.db;
    let clerk = boss.related(Boss::clerks).create().save(db).await?;
    let clerk = clerk.related(Clerk::boss).clear(db).await?;
    assert_eq!(clerk.boss_id, None);
    assert_eq!(boss.refresh(db).await?, boss);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "jars", model = Jar, foreign_key = (tenant, shelf_no))]
struct Shelf {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cooks")]
#[association(has_many, as = "jars", model = Jar, foreign_key = (tenant, cook_no))]
struct Cook {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "jars")]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = (tenant, shelf_no))]
#[association(belongs_to, as = "cook", model = Cook, foreign_key = (tenant, cook_no))]
struct Jar {
    #[column(primary_key, auto_increment)]
    id: i32,
    tenant: i32,
    shelf_no: Option<i32>,
    cook_no: Option<i32>,
}

#[tokio::test]
async fn a_part_of_a_key_that_stays_is_the_owners_own() -> Test {
    let place = with_models(orm::models![Shelf, Cook, Jar]).await?;
    let db = &place.db;
    let shelf = Shelf::create().tenant(1).no(1).save(db).await?;
    let other = Shelf::create().tenant(2).no(1).save(db).await?;
    let jar = Jar::create().tenant(1).save(db).await?;
    let jars = shelf.related(Shelf::jars);
    // Free is what `remove` leaves behind, and a jar of no shelf.
    jars.add([&jar], db).await?;
    jars.remove([&jar], db).await?;
    jars.set([&jar], db).await?;
    assert!(
        other
            .related(Shelf::jars)
            .add([&jar], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    jars.set([], db).await?;
    // Of another tenant.
    assert!(
        other
            .related(Shelf::jars)
            .add([&jar], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    jars.add([&jar], db).await?;
    let jar = jar.refresh(db).await?.related(Jar::shelf).clear(db).await?;
    assert_eq!((jar.tenant, jar.shelf_no), (1, None));
    Ok(())
}
