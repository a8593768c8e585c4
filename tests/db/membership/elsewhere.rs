//! Rows that belong to others stay theirs: through upserts, through parts that
//! keys share, through keys that are padded, and through rows that have changed.

use orm::prelude::*;
use orm::query::FoundOrBuilt;

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
    let of = |owner: &Owner| owner.related(Owner::dogs).create().name("rex");
    let elsewhere = Dog::find_or_build(of(&ann)).on(Dog::name).one(db).await;
    assert!(elsewhere.unwrap_err().is_not_related());
    let found = Dog::find_or_build(of(&bob)).on(Dog::name).one(db).await?;
    assert!(matches!(found, FoundOrBuilt::Found(dog) if dog == rex));
    let new = ann.related(Owner::dogs).create().name("wolf");
    let FoundOrBuilt::Built(wolf) = Dog::find_or_build(new).on(Dog::name).one(db).await? else {
        return Err("there is no wolf".into());
    };
    let wolf = wolf.save(db).await?;
    assert!(ann.related(Owner::dogs).has(&wolf, db).await?);
    wolf.delete(db).await?;
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

// A part that two keys share stays when one of them lets go, though it may be NULL;
// where it is NULL it becomes the owner's.
#[tokio::test]
async fn a_part_that_keys_share_stays_and_is_given_where_it_is_missing() -> Test {
    let place = with_models(orm::models![Shelf, Cook, Jar]).await?;
    let db = &place.db;
    let shelf = Shelf::create().tenant(1).no(1).save(db).await?;
    let cook = Cook::create().tenant(1).no(1).save(db).await?;
    let parts = |jar: &Jar| (jar.tenant, jar.shelf_no, jar.cook_no);
    let jar = Jar::create().save(db).await?;
    shelf.related(Shelf::jars).add([&jar], db).await?;
    let jar = jar.refresh(db).await?;
    assert_eq!(parts(&jar), (Some(1), Some(1), None));
    let jar = jar.related(Jar::cook).set(&cook, db).await?;
    let jar = jar.related(Jar::shelf).clear(db).await?;
    assert_eq!(parts(&jar), (Some(1), None, Some(1)));
    shelf.related(Shelf::jars).add([&jar], db).await?;
    cook.related(Cook::jars).remove([&jar], db).await?;
    assert_eq!(parts(&jar.refresh(db).await?), (Some(1), Some(1), None));
    shelf.related(Shelf::jars).set([], db).await?;
    assert_eq!(parts(&jar.refresh(db).await?), (Some(1), None, None));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "points")]
struct Point {
    #[column(primary_key)]
    x: i32,
    #[column(primary_key)]
    y: i32,
}

/// Three keys, each of whose parts another has too.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "triangles")]
#[association(belongs_to, as = "ab", model = Point, foreign_key = (a, b), one_sided)]
#[association(belongs_to, as = "bc", model = Point, foreign_key = (b, c), one_sided)]
#[association(belongs_to, as = "ca", model = Point, foreign_key = (c, a), one_sided)]
struct Triangle {
    #[column(primary_key, auto_increment)]
    id: i32,
    a: Option<i32>,
    b: Option<i32>,
    c: Option<i32>,
}

#[tokio::test]
async fn a_key_whose_every_part_is_shared_lets_go_of_all_of_them() -> Test {
    let place = with_models(orm::models![Point, Triangle]).await?;
    let db = &place.db;
    Point::create().x(1).y(1).save(db).await?;
    let it = Triangle::create().a(1).b(1).c(1).save(db).await?;
    let it = it.related(Triangle::ab).clear(db).await?;
    assert_eq!((it.a, it.b, it.c), (None, None, Some(1)));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "fields")]
#[association(has_many, as = "stones", model = Stone, foreign_key = (x, y))]
struct Field {
    #[column(primary_key)]
    x: i32,
    #[column(primary_key)]
    y: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stones")]
#[association(belongs_to, as = "field", model = Field, foreign_key = (x, y))]
struct Stone {
    #[column(primary_key, auto_increment)]
    id: i32,
    x: Option<i32>,
    y: Option<i32>,
}

// It belongs nowhere, and is not what `remove` leaves behind either.
#[tokio::test]
async fn a_row_with_half_a_key_is_not_free() -> Test {
    let place = with_models(orm::models![Field, Stone]).await?;
    let db = &place.db;
    let field = Field::create().x(1).y(2).save(db).await?;
    let half = Stone::create().x(1).save(db).await?;
    let stones = field.related(Field::stones);
    for refused in [stones.add([&half], db).await, stones.set([&half], db).await] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    assert_eq!(half.refresh(db).await?, half);
    stones.adopt([&half], db).await?;
    stones.remove([&half], db).await?;
    let free = half.refresh(db).await?;
    assert_eq!((free.x, free.y), (None, None));
    stones.add([&free], db).await?;
    Ok(())
}

/// A firm's crew.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "crews")]
#[association(many_to_many, as = "tasks", model = Task, through = Shift, foreign_key = (firm, crew_no), other_key = (firm, task_no))]
struct Crew {
    #[column(primary_key)]
    firm: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tasks")]
#[association(many_to_many, as = "crews", model = Crew, through = Shift, foreign_key = (firm, task_no), other_key = (firm, crew_no))]
struct Task {
    #[column(primary_key)]
    firm: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shifts")]
#[association(belongs_to, as = "crew", model = Crew, foreign_key = (firm, crew_no), one_sided)]
#[association(belongs_to, as = "task", model = Task, foreign_key = (firm, task_no), one_sided)]
struct Shift {
    #[column(primary_key)]
    firm: i32,
    #[column(primary_key)]
    crew_no: i32,
    #[column(primary_key)]
    task_no: i32,
}

// The join row has one column for both firms: another firm's task of the same
// number is not meant.
#[tokio::test]
async fn rows_of_two_tenants_are_no_pair() -> Test {
    let place = with_models(orm::models![Crew, Task, Shift]).await?;
    let db = &place.db;
    let crew = Crew::create().firm(1).no(1).save(db).await?;
    let ours = Task::create().firm(1).no(1).save(db).await?;
    let theirs = Task::create().firm(2).no(1).save(db).await?;
    place.log.clear();
    let tasks = crew.related(Crew::tasks);
    for refused in [
        tasks.add([&theirs], db).await,
        tasks.add([&ours, &theirs], db).await,
        tasks.set([&theirs], db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    place.log.assert_count(0);
    tasks.add([&ours], db).await?;
    assert_eq!(tasks.all(db).await?, [ours]);
    assert!(!tasks.has(&theirs, db).await?);
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
    #[column(varchar(5), default = "")]
    name: String,
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

#[tokio::test]
async fn what_a_row_refers_to_is_written_in_a_transaction_that_is_committed() -> Test {
    let place = with_models(orm::models![Room, Crate]).await?;
    let db = &place.db;
    let room = Room::create().state("open").save(db).await?;
    let item = Crate::create().save(db).await?;
    let tx = db.begin().await?;
    item.related(Crate::room).set(&room, &tx).await?;
    tx.commit().await?;
    let item = item.refresh(db).await?;
    assert_eq!(item.room_id, Some(room.id));
    let tx = db.begin().await?;
    item.related(Crate::room).clear(&tx).await?;
    tx.commit().await?;
    assert_eq!(item.refresh(db).await?.room_id, None);
    Ok(())
}

#[tokio::test]
async fn what_a_row_would_refer_to_is_judged_before_any_sql() -> Test {
    let place = with_models(orm::models![Room, Crate]).await?;
    let db = &place.db;
    let item = Crate::create().save(db).await?;
    let room = item.related(Crate::room);
    place.log.clear();
    let long = Room::create().state("open").name("too long");
    let error = room.create(long, db).await.unwrap_err();
    assert!(error.is_validation(), "{error}");
    let shut = Room::create().state("shut");
    let error = room.create(shut, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    place.log.assert_count(0);
    Ok(())
}

// The server has the last word: what it made of the row is outside the scope.
#[tokio::test]
async fn a_row_that_a_trigger_takes_out_of_the_scope_is_not_created_in_it() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Room, Crate]).await?;
    let db = &place.db;
    let item = Crate::create().save(db).await?;
    place
        .run(
            "CREATE FUNCTION shut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                NEW.state := 'shut'; RETURN NEW; END $$;
             CREATE TRIGGER shut BEFORE INSERT ON rooms FOR EACH ROW WHEN (NEW.id > 1)
                EXECUTE FUNCTION shut()",
        )
        .await?;
    let room = item.related(Crate::room);
    let (open, item) = room.create(Room::create().state("open"), db).await?;
    let error = room.create(Room::create().state("open"), db).await;
    assert!(error.unwrap_err().is_not_related());
    assert_eq!(Room::query().all(db).await?, [open]);
    assert_eq!(item.refresh(db).await?, item);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lids")]
#[association(belongs_to, as = "pot", model = Pot, foreign_key = "pot_id", one_sided, scope(kind = "tin"))]
struct Lid {
    #[column(primary_key, auto_increment)]
    id: i32,
    pot_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pots")]
#[association(has_many, as = "spoons", model = Spoon, foreign_key = "pot_id", scope(kind = "tin"))]
struct Pot {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(char(5))]
    kind: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "spoons")]
#[association(belongs_to, as = "pot", model = Pot, foreign_key = "pot_id")]
struct Spoon {
    #[column(primary_key, auto_increment)]
    id: i32,
    pot_id: i32,
    #[column(char(5))]
    kind: String,
}

#[tokio::test]
async fn a_padded_value_of_a_scope_is_the_same_as_one_without_blanks() -> Test {
    let place = with_models(orm::models![Pot, Lid, Spoon]).await?;
    let db = &place.db;
    let lid = Lid::create().save(db).await?;
    let lid = lid.related(Lid::pot);
    let (pot, lid) = lid.create(Pot::create().kind("tin"), db).await?;
    assert_eq!(lid.pot_id, Some(pot.id));
    let pot = Pot::create().kind("tin");
    let pot = pot
        .with(Pot::spoons, |spoon| [spoon().kind("tin")])
        .save(db)
        .await?;
    assert_eq!(pot.related(Pot::spoons).count(db).await?, 1);
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
