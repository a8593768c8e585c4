//! Rows that belong to others stay theirs: through upserts, through parts that
//! keys share, through keys that are padded, and through rows that have changed.

use orm::prelude::*;

use super::ids;
use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "owners")]
#[association(has_many, as = "dogs", model = Dog, foreign_key = "owner_id")]
#[association(has_many, as = "puppies", model = Dog, foreign_key = "owner_id", scope(stage = "puppy"))]
struct Owner {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "dogs")]
#[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id", on_delete = "set_null")]
struct Dog {
    #[column(primary_key, auto_increment)]
    id: i32,
    owner_id: Option<i32>,
    #[column(unique)]
    name: String,
    color: Option<String>,
    #[column(default = "adult")]
    stage: String,
}

#[tokio::test]
async fn an_upsert_of_an_association_keeps_to_its_rows() -> Test {
    let place = with_models(orm::models![Owner, Dog]).await?;
    let db = &place.db;
    let ann = Owner::create().save(db).await?;
    let bob = Owner::create().save(db).await?;
    let rex = bob.related(Owner::dogs).create().name("rex");
    let rex = rex.save(db).await?;
    let color = |owner: &Owner, color: &str| {
        let row = owner.related(Owner::dogs).create().name("rex");
        Dog::upsert(row.color(color.to_owned())).on(Dog::name)
    };
    for refused in [
        color(&ann, "red").save(db).await,
        color(&ann, "red").overwrite(Dog::color).save(db).await,
        Dog::upsert(bob.related(Owner::puppies).create().name("rex"))
            .on(Dog::name)
            .overwrite(Dog::name)
            .save(db)
            .await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    assert_eq!(rex.refresh(db).await?, rex);
    // In a transaction too, which goes on.
    let tx = db.begin().await?;
    let error = color(&ann, "red").save(&tx).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    let upserted = color(&bob, "red").save(&tx).await?;
    tx.commit().await?;
    assert!(!upserted.created);
    assert_eq!(upserted.row.color.as_deref(), Some("red"));
    // A free row comes in, if its key is written.
    bob.related(Owner::dogs).remove([&rex], db).await?;
    let only_color = color(&ann, "blue").overwrite(Dog::color).save(db).await;
    assert!(only_color.unwrap_err().is_not_related());
    let upserted = color(&ann, "blue").save(db).await?;
    assert_eq!((upserted.row.id, upserted.created), (rex.id, false));
    assert_eq!(ids!(ann.related(Owner::dogs).all(db).await?), [rex.id]);
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
    tenant: Option<i32>,
    shelf_no: Option<i32>,
    cook_no: Option<i32>,
}

#[tokio::test]
async fn a_shared_part_of_a_key_does_not_change_whose_the_row_is_elsewhere() -> Test {
    let place = with_models(orm::models![Shelf, Cook, Jar]).await?;
    let db = &place.db;
    for tenant in [1, 2] {
        Shelf::create().tenant(tenant).no(1).save(db).await?;
        Cook::create().tenant(tenant).no(1).save(db).await?;
    }
    let there = Shelf::find((2, 1)).one(db).await?;
    let cook = Cook::find((1, 1)).one(db).await?;
    let jar = cook.related(Cook::jars).create().save(db).await?;
    // Its tenant is not known, so it is no cook's yet.
    let unknown = Jar::create().cook_no(1).save(db).await?;
    let jars = there.related(Shelf::jars);
    for refused in [
        jars.adopt([&jar], db).await,
        jars.add([&unknown], db).await,
        jars.set([&unknown], db).await,
        jar.related(Jar::shelf).set(&there, db).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    assert_eq!(jar.refresh(db).await?, jar);
    // On a shelf of its own tenant, and anywhere once it is no cook's.
    let here = Shelf::find((1, 1)).one(db).await?;
    let jar = jar.related(Jar::shelf).set(&here, db).await?;
    let jar = jar.related(Jar::cook).clear(db).await?;
    jars.adopt([&jar], db).await?;
    assert_eq!(jar.refresh(db).await?.tenant, Some(2));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "boxes")]
#[association(belongs_to, as = "room", model = Room, foreign_key = "room_id", on_delete = "set_null", one_sided, scope(state = "open"))]
struct Crate {
    #[column(primary_key, auto_increment)]
    id: i32,
    room_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms")]
struct Room {
    #[column(primary_key, auto_increment)]
    id: i32,
    state: String,
}

#[tokio::test]
async fn the_database_says_whether_a_row_passes_the_scope() -> Test {
    let place = with_models(orm::models![Room, Crate]).await?;
    let db = &place.db;
    let room = Room::create().state("open").save(db).await?;
    let item = Crate::create().save(db).await?;
    let shut = room.update().set(Room::state, "shut").save(db).await?;
    let error = item.related(Crate::room).set(&room, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    room.update().set(Room::state, "open").save(db).await?;
    let item = item.related(Crate::room).set(&shut, db).await?;
    assert_eq!(item.related(Crate::room).count(db).await?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lands")]
#[association(many_to_many, as = "tongues", model = Tongue, through = Spoken, foreign_key = "land", other_key = "tongue")]
struct Land {
    #[column(primary_key, char(5))]
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tongues")]
#[association(many_to_many, as = "lands", model = Land, through = Spoken, foreign_key = "tongue", other_key = "land")]
struct Tongue {
    #[column(primary_key, char(5))]
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "spoken")]
#[association(belongs_to, as = "in_land", model = Land, foreign_key = "land", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "language", model = Tongue, foreign_key = "tongue", on_delete = "cascade", one_sided)]
struct Spoken {
    #[column(primary_key, char(5))]
    land: String,
    #[column(primary_key, char(5))]
    tongue: String,
    #[column(default = "")]
    note: String,
}

// The server fills them up with blanks, which mean nothing to it.
#[tokio::test]
async fn padded_keys_are_the_same_as_those_without_blanks() -> Test {
    let place = with_models(orm::models![Land, Tongue, Spoken]).await?;
    let db = &place.db;
    let land = Land::create().code("ch").save(db).await?;
    let tongues = ["de", "fr"].map(|code| Tongue::create().code(code));
    let tongues = Tongue::create_many(tongues).save(db).await?;
    let noted = land.related(Land::tongues).joining(Spoken::note, "kept");
    noted.add(&tongues, db).await?;
    // One statement, though the pairs are there: nothing could have kept them away.
    place.log.clear();
    noted.add(&tongues, db).await?;
    place.log.assert_count(1);
    land.related(Land::tongues).set([&tongues[0]], db).await?;
    let left = Spoken::query().one(db).await?;
    assert_eq!(left.note, "kept");
    land.related(Land::tongues)
        .remove([&tongues[0]], db)
        .await?;
    assert_eq!(Spoken::query().count(db).await?, 0);
    Ok(())
}
