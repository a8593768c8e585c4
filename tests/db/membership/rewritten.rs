//! Triggers that write something else than was asked: what is not returned to be
//! looked at is an error then, and nothing changes.

use std::time::Duration;

use orm::prelude::*;
use tokio::time::timeout;

use super::ids;
use crate::database::{NONE, Place, Test, with_models};

/// How long a write may take that a trigger undoes again and again.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
#[association(has_many, as = "pets", model = Pet, foreign_key = "person_id")]
#[association(many_to_many, as = "clubs", model = Club, through = "person_clubs", foreign_key = "person_id", other_key = "club_id")]
#[association(many_to_many, as = "calls", model = Club, through = Call)]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(default = "")]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clubs")]
#[association(many_to_many, as = "people", model = Person, through = "person_clubs", foreign_key = "club_id", other_key = "person_id")]
#[association(many_to_many, as = "callers", model = Person, through = Call)]
struct Club {
    #[column(primary_key, auto_increment)]
    id: i32,
}

/// Nothing keeps a pair from being there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "calls")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", one_sided)]
#[association(belongs_to, as = "club", model = Club, foreign_key = "club_id", one_sided)]
struct Call {
    #[column(primary_key, auto_increment)]
    id: i32,
    person_id: i32,
    club_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pets")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Pet {
    #[column(primary_key, auto_increment)]
    id: i32,
    person_id: Option<i32>,
}

/// Two people, three clubs and two pets; the first pet is the first person's, the
/// other is free.
async fn town() -> Test<(Place, [Person; 2], Vec<Club>, Vec<Pet>)> {
    let place = with_models(orm::models![Person, Club, Call, Pet]).await?;
    let db = &place.db;
    let people = [
        Person::create().save(db).await?,
        Person::create().save(db).await?,
    ];
    let clubs = Club::create_many([Club::create(), Club::create(), Club::create()]);
    let clubs = clubs.save(db).await?;
    let pets = Pet::create_many([Pet::create().person_id(people[0].id), Pet::create()]);
    let pets = pets.save(db).await?;
    Ok((place, people, clubs, pets))
}

#[tokio::test]
async fn another_pair_is_not_the_one_that_was_asked_for() -> Test {
    only_on_a_server!();
    let (place, [ann, _], clubs, _) = town().await?;
    place
        .run(
            "CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.club_id = 2 OR NEW.club_id > 3 THEN NEW.club_id := 3; END IF;
                RETURN NEW; END $$;
             CREATE TRIGGER turn BEFORE INSERT ON person_clubs FOR EACH ROW EXECUTE FUNCTION turn();
             CREATE TRIGGER turn BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION turn();",
        )
        .await?;
    let db = &place.db;
    let (here, called) = (ann.related(Person::clubs), ann.related(Person::calls));
    // Twice: the second time the program knows the table.
    for _ in 0..2 {
        for refused in [
            here.add([&clubs[1]], db).await,
            here.add(&clubs[..2], db).await,
            here.set([&clubs[1]], db).await,
            here.create(Club::create(), db).await.map(drop),
            called.add([&clubs[1]], db).await,
            called.set([&clubs[1], &clubs[0]], db).await,
            Person::create()
                .name("nested")
                .with(Person::clubs, |club| [club()])
                .save(db)
                .await
                .map(drop),
        ] {
            let error = refused.unwrap_err();
            assert!(error.is_not_written(), "{error}");
            let said = error.model();
            assert!(
                [Some("person_clubs"), Some("Call")].contains(&said),
                "{said:?}"
            );
        }
        assert_eq!(ids!(here.all(db).await?), NONE);
        assert_eq!(Call::query().count(db).await?, 0);
    }
    let tx = db.begin().await?;
    assert!(
        here.add([&clubs[1]], &tx)
            .await
            .unwrap_err()
            .is_not_written()
    );
    here.add([&clubs[0], &clubs[2]], &tx).await?;
    tx.commit().await?;
    assert_eq!(ids!(here.all(db).await?), [1, 3]);
    assert_eq!(Club::query().count(db).await?, 3);
    assert_eq!(Person::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_that_come_to_belong_to_another_do_not() -> Test {
    only_on_a_server!();
    let (place, [ann, bob], _, pets) = town().await?;
    place
        .run(
            "CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.person_id = 2 THEN NEW.person_id := 1; END IF; RETURN NEW; END $$;
             CREATE TRIGGER turn BEFORE INSERT OR UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION turn()",
        )
        .await?;
    let db = &place.db;
    let (anns, bobs) = (ann.related(Person::pets), bob.related(Person::pets));
    for refused in [
        bobs.add([&pets[1]], db).await,
        bobs.adopt(&pets, db).await,
        bobs.set([&pets[1]], db).await,
        // A row below another is not returned.
        Person::create()
            .id(2)
            .name("nested")
            .with(Person::pets, |pet| [pet()])
            .save(&db.begin().await?)
            .await
            .map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(
            error.is_not_written() || error.is_unique_violation(),
            "{error}"
        );
    }
    assert_eq!(Pet::query().order_by(Pet::id).all(db).await?, pets);
    anns.add([&pets[1]], db).await?;
    // Whoever gets a row back sees whose it is.
    let pet = bobs.create().save(db).await?;
    assert_eq!(pet.person_id, Some(ann.id));
    let pet = pets[1].related(Pet::person).set(&bob, db).await?;
    assert_eq!(pet.person_id, Some(ann.id));
    Ok(())
}

#[tokio::test]
async fn nested_rows_that_a_trigger_gives_to_another_are_not_written() -> Test {
    only_on_a_server!();
    let (place, _, _, pets) = town().await?;
    place
        .run(
            "CREATE FUNCTION turn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                NEW.person_id := 1; RETURN NEW; END $$;
             CREATE TRIGGER turn BEFORE INSERT ON pets FOR EACH ROW EXECUTE FUNCTION turn()",
        )
        .await?;
    let db = &place.db;
    let nested = || Person::create().with(Person::pets, |pet| [pet(), pet()]);
    for refused in [
        nested().save(db).await.map(drop),
        Person::create_many([nested(), nested()])
            .save(db)
            .await
            .map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_written(), "{error}");
        assert_eq!(error.model(), Some("Pet"));
    }
    assert_eq!(Pet::query().order_by(Pet::id).all(db).await?, pets);
    assert_eq!(Person::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_that_are_put_back_did_not_leave() -> Test {
    only_on_a_server!();
    let (place, [ann, _], _, pets) = town().await?;
    place
        .run(
            "CREATE FUNCTION back() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                NEW.person_id := OLD.person_id; RETURN NEW; END $$;
             CREATE TRIGGER back BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION back()",
        )
        .await?;
    let (db, here) = (&place.db, ann.related(Person::pets));
    let error = here.remove([&pets[0]], db).await.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    let error = timeout(LIMIT, here.set([], db)).await?.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    let cleared = pets[0].related(Pet::person).clear(db).await?;
    assert_eq!(cleared.person_id, Some(ann.id));
    assert_eq!(ids!(here.all(db).await?), [pets[0].id]);
    Ok(())
}

// One of its two pairs stays, and so does the row.
#[tokio::test]
async fn a_row_leaves_with_all_of_its_pairs_or_not_at_all() -> Test {
    only_on_a_server!();
    let (place, [ann, _], clubs, _) = town().await?;
    let db = &place.db;
    for _ in 0..2 {
        let call = Call::create().person_id(ann.id).club_id(clubs[0].id);
        call.save(db).await?;
    }
    place
        .run(
            "CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
             CREATE TRIGGER keep BEFORE DELETE ON calls FOR EACH ROW WHEN (OLD.id = 1)
                EXECUTE FUNCTION keep()",
        )
        .await?;
    let here = ann.related(Person::calls);
    let error = here.remove([&clubs[0]], db).await.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    let error = timeout(LIMIT, here.set([], db)).await?.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    assert_eq!(Call::query().count(db).await?, 2);
    Ok(())
}
