//! What a trigger or a policy of the database protects is no silent success, and
//! of two writes at once for one row neither is lost.

use std::time::Duration;

use orm::prelude::*;
use orm::raw::raw_sql;
use tokio::time::timeout;

use super::ids;
use crate::database::{Place, Test, with_models};

/// How long a write may wait for another.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
#[association(has_many, as = "pets", model = Pet, foreign_key = "person_id")]
#[association(has_one, as = "desk", model = Desk, foreign_key = "person_id")]
#[association(many_to_many, as = "clubs", model = Club, through = "person_clubs", foreign_key = "person_id", other_key = "club_id")]
#[association(many_to_many, as = "chess_clubs", model = Club, through = "person_clubs", foreign_key = "person_id", other_key = "club_id", scope(game = "chess"))]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clubs")]
#[association(many_to_many, as = "people", model = Person, through = "person_clubs", foreign_key = "club_id", other_key = "person_id")]
struct Club {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(default = "chess")]
    game: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pets")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Pet {
    #[column(primary_key, auto_increment)]
    id: i32,
    person_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "desks")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Desk {
    #[column(primary_key, auto_increment)]
    id: i32,
    person_id: Option<i32>,
}

const KEEPS_AWAY: &str = "
CREATE FUNCTION keep_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER keep_away BEFORE INSERT OR DELETE ON person_clubs
    FOR EACH ROW EXECUTE FUNCTION keep_away();
CREATE TRIGGER keep_away BEFORE UPDATE ON pets FOR EACH ROW EXECUTE FUNCTION keep_away();
";

/// A person with the first of two clubs and the first of two pets.
async fn town() -> Test<(Place, Person, Vec<Club>, Vec<Pet>)> {
    let place = with_models(orm::models![Person, Club, Pet, Desk]).await?;
    let db = &place.db;
    let person = Person::create().save(db).await?;
    let clubs = Club::create_many([Club::create(), Club::create()]);
    let clubs = clubs.save(db).await?;
    let pets = Pet::create_many([Pet::create(), Pet::create()]);
    let pets = pets.save(db).await?;
    person.related(Person::clubs).add([&clubs[0]], db).await?;
    person.related(Person::pets).add([&pets[0]], db).await?;
    place.log.clear();
    Ok((place, person, clubs, pets))
}

#[tokio::test]
async fn a_pair_that_a_trigger_keeps_away_is_an_error() -> Test {
    only_on_a_server!();
    let (place, person, clubs, _) = town().await?;
    place.run(KEEPS_AWAY).await?;
    let db = &place.db;
    let (all, chess) = (
        person.related(Person::clubs),
        person.related(Person::chess_clubs),
    );
    // Twice: the second time the program knows the table.
    for _ in 0..2 {
        for refused in [
            all.add([&clubs[1]], db).await,
            all.add(&clubs, db).await,
            chess.add([&clubs[1]], db).await,
            chess.set(&clubs, db).await,
            all.create(Club::create(), db).await.map(drop),
            Person::create()
                .with(Person::clubs, |club| [club()])
                .save(db)
                .await
                .map(drop),
        ] {
            let error = refused.unwrap_err();
            assert!(error.is_not_written(), "{error}");
        }
    }
    // What is there already is there.
    all.add([&clubs[0]], db).await?;
    chess.set([&clubs[0]], db).await?;
    assert_eq!(ids!(all.all(db).await?), [clubs[0].id]);
    assert_eq!(Club::query().count(db).await?, 2);
    assert_eq!(Person::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn set_says_so_when_others_stay() -> Test {
    only_on_a_server!();
    let (place, person, clubs, pets) = town().await?;
    place.run(KEEPS_AWAY).await?;
    let db = &place.db;
    for refused in [
        person.related(Person::clubs).set([], db).await,
        person.related(Person::pets).set([], db).await,
        pets[1]
            .related(Pet::person)
            .set(&person, db)
            .await
            .map(drop),
        pets[0].related(Pet::person).clear(db).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_written(), "{error}");
    }
    person.related(Person::pets).set([], db).await.unwrap_err();
    assert_eq!(
        ids!(person.related(Person::clubs).all(db).await?),
        [clubs[0].id]
    );
    Ok(())
}

// BEGIN, the lock, who leaves, who enters, whether others are left, COMMIT.
#[tokio::test]
async fn what_is_set_takes_as_many_statements_as_ever() -> Test {
    only_on_a_server!();
    let (place, person, clubs, pets) = town().await?;
    let (db, pets_of, clubs_of) = (
        &place.db,
        person.related(Person::pets),
        person.related(Person::clubs),
    );
    pets_of.set([&pets[1]], db).await?;
    place.log.assert_count(6);
    place.log.clear();
    clubs_of.set([&clubs[1]], db).await?;
    // Two more if another test has seen such a table with a trigger: it is asked
    // whether the pairs are there, and once more whether others are.
    let sent = place.log.statements().len();
    assert!(sent <= 8, "{sent} statements");
    // Nothing belongs to a person who is gone, and nothing has to leave.
    pets_of.set([], db).await?;
    clubs_of.set([], db).await?;
    person.delete(db).await?;
    pets_of.set([], db).await?;
    clubs_of.set([], db).await?;
    Ok(())
}

#[tokio::test]
async fn of_two_sets_at_once_the_last_one_counts() -> Test {
    let (place, person, clubs, pets) = town().await?;
    let first = place.db.begin().await?;
    person
        .related(Person::clubs)
        .set([&clubs[0]], &first)
        .await?;
    person.related(Person::pets).set([&pets[0]], &first).await?;
    let (db, also, club, pet) = (
        place.db.clone(),
        person.clone(),
        clubs[1].clone(),
        pets[1].clone(),
    );
    let mut second = tokio::spawn(async move {
        also.related(Person::clubs).set([&club], &db).await?;
        also.related(Person::pets).set([&pet], &db).await
    });
    // It waits for the first, however long that takes.
    assert!(
        timeout(Duration::from_millis(50), &mut second)
            .await
            .is_err()
    );
    first.commit().await?;
    timeout(LIMIT, second).await???;
    let db = &place.db;
    assert_eq!(
        ids!(person.related(Person::clubs).all(db).await?),
        [clubs[1].id]
    );
    assert_eq!(
        ids!(person.related(Person::pets).all(db).await?),
        [pets[1].id]
    );
    Ok(())
}

/// Runs a write in a transaction of somebody who can read people and not lock them.
async fn as_clerk<T>(
    place: &Place,
    write: impl AsyncFnOnce(&Tx) -> orm::Result<T>,
) -> Test<orm::Result<T>> {
    // Roles are of the server, databases are of a test.
    let clerk = format!("{}_clerk", place.database_name());
    place
        .run(&format!(
            "CREATE ROLE {clerk};
             GRANT ALL ON ALL TABLES IN SCHEMA public TO {clerk};
             GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {clerk};
             ALTER TABLE people ENABLE ROW LEVEL SECURITY;
             CREATE POLICY reads ON people FOR SELECT USING (true);",
        ))
        .await?;
    let tx = place.db.begin().await?;
    raw_sql(format!("SET LOCAL ROLE {clerk}"))
        .execute(&tx)
        .await?;
    let written = write(&tx).await;
    match written.is_ok() {
        true => tx.commit().await?,
        false => tx.rollback().await?,
    }
    place
        .run(&format!("DROP OWNED BY {clerk}; DROP ROLE {clerk};"))
        .await?;
    Ok(written)
}

// Without the lock two could do the same at once.
#[tokio::test]
async fn a_has_one_whose_owner_cannot_be_locked_gets_no_row() -> Test {
    only_on_a_server!();
    let (place, person, _, _) = town().await?;
    let desk = person.related(Person::desk).create();
    let error = as_clerk(&place, async |tx| desk.save(tx).await).await?;
    let error = error.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    assert_eq!(Desk::query().count(&place.db).await?, 0);
    Ok(())
}
// Of many there may be one more: nothing is lost without the lock.
#[tokio::test]
async fn rows_of_an_owner_that_cannot_be_locked_are_set() -> Test {
    only_on_a_server!();
    let (place, person, clubs, pets) = town().await?;
    as_clerk(&place, async |tx| {
        person.related(Person::pets).set([&pets[1]], tx).await?;
        person.related(Person::clubs).set([&clubs[1]], tx).await
    })
    .await??;
    let db = &place.db;
    assert_eq!(
        ids!(person.related(Person::pets).all(db).await?),
        [pets[1].id]
    );
    assert_eq!(
        ids!(person.related(Person::clubs).all(db).await?),
        [clubs[1].id]
    );
    Ok(())
}

/// What each method says that makes rows belong to a person who is gone.
async fn refused(
    person: &Person,
    (desk, pet, club): (&Desk, &Pet, &Club),
    db: &dyn Executor,
) -> [orm::Result<()>; 6] {
    [
        person.related(Person::desk).adopt([desk], db).await,
        person.related(Person::desk).set([desk], db).await,
        person.related(Person::pets).add([pet], db).await,
        person.related(Person::pets).set([pet], db).await,
        person.related(Person::clubs).add([club], db).await,
        person.related(Person::clubs).set([club], db).await,
    ]
}

// Its lock finds nobody and its rows are refused in one flight: the first answer is the cause.
#[tokio::test]
async fn of_an_owner_that_is_gone_the_cause_is_told() -> Test {
    let (place, person, clubs, pets) = town().await?;
    let db = &place.db;
    let desk = Desk::create().save(db).await?;
    person.clone().delete(db).await?;
    let rows = (&desk, &pets[1], &clubs[1]);
    let mut answers = Vec::from(refused(&person, rows, db).await);
    let tx = db.begin().await?;
    answers.extend(refused(&person, rows, &tx).await);
    tx.rollback().await?;
    for (at, answer) in answers.into_iter().enumerate() {
        let error = answer.err().ok_or("it belongs to nobody")?;
        let is_cause = error.is_not_found() || error.is_foreign_key_violation();
        assert!(is_cause, "{at}: {error}");
    }
    let held = Pet::query().filter(Pet::person_id.is_not_null());
    assert_eq!(held.count(db).await?, 0);
    Ok(())
}
