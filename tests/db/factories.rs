//! Valid rows for tests, made from their models.

use std::collections::HashSet;

use orm::prelude::*;
use orm_testkit::Factories as _;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "ranks")]
enum Rank {
    Junior,
    Senior,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "firms")]
#[association(has_many, as = "staff", model = Worker, foreign_key = "firm_id")]
struct Firm {
    #[column(primary_key)]
    id: Uuid,
    #[column(unique)]
    #[validate(is("^[A-Z]{2}[0-9]{2,6}$"))]
    code: String,
    #[validate(url)]
    site: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "workers", timestamps)]
#[association(belongs_to, as = "firm", model = Firm, foreign_key = "firm_id")]
#[association(belongs_to, as = "boss", model = Worker, foreign_key = "boss_id")]
#[association(has_many, as = "team", model = Worker, foreign_key = "boss_id")]
#[association(has_many, as = "shifts", model = Shift, foreign_key = "worker_id")]
struct Worker {
    #[column(primary_key, auto_increment)]
    id: i64,
    firm_id: Uuid,
    boss_id: Option<i64>,
    #[column(unique)]
    #[validate(email)]
    email: String,
    #[column(varchar(3), unique)]
    short: String,
    #[validate(len(12, 40))]
    full_name: String,
    #[validate(min(16), max(18))]
    age: i16,
    #[column(numeric(6, 2))]
    #[validate(min(0.5), max(0.9))]
    share: Decimal,
    ratio: f64,
    #[validate(one_of("red", "green"))]
    color: String,
    rank: Rank,
    born: NaiveDate,
    #[validate(after("2030-06-01"))]
    until: DateTime<Utc>,
    photo: Vec<u8>,
    note: Option<String>,
    #[column(default = 7)]
    days: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shifts")]
#[association(belongs_to, as = "worker", model = Worker, foreign_key = "worker_id")]
struct Shift {
    #[column(primary_key, auto_increment)]
    id: i64,
    worker_id: i64,
}

async fn place() -> Test<Place> {
    let place = with_models(orm::models![Firm, Worker, Shift]).await?;
    place.log.clear();
    Ok(place)
}

#[tokio::test]
async fn a_row_has_what_it_needs() -> Test {
    let place = place().await?;
    let worker = Worker::factory().save(&place.db).await?;
    worker.validate()?;
    assert_eq!((worker.boss_id, worker.note, worker.days), (None, None, 7));
    let firm = Firm::query().one(&place.db).await?;
    assert_eq!(firm.id, worker.firm_id);
    firm.validate()?;
    Ok(())
}

#[tokio::test]
async fn many_rows_are_a_statement_for_each_model() -> Test {
    let place = place().await?;
    let db = place.db.begin().await?;
    place.log.clear();
    let shifts = Shift::factory().many(40).save(&db).await?;
    place.log.assert_count(3);
    let workers = Worker::query().all(&db).await?;
    workers.iter().try_for_each(|worker| worker.validate())?;
    let owners: HashSet<i64> = shifts.iter().map(|shift| shift.worker_id).collect();
    assert_eq!((owners.len(), workers.len()), (40, 40));
    assert_eq!(Firm::query().count(&db).await?, 40);
    db.commit().await?;
    Ok(())
}

#[tokio::test]
async fn what_is_given_is_kept() -> Test {
    let place = place().await?;
    let db = &place.db;
    let firm = Firm::factory().set(Firm::code, "AB12").save(db).await?;
    assert_eq!(firm.code, "AB12");
    let team = Worker::factory()
        .of(Worker::firm, &firm)
        .set(Worker::note, "n".to_owned());
    let team = team
        .many(3)
        .each(|at, it| it.set(Worker::age, 16 + i16::try_from(at).unwrap_or(0)));
    let team = team.save(db).await?;
    let seen: Vec<_> = team.iter().map(|it| (it.age, it.note.as_deref())).collect();
    assert_eq!(seen, [(16, Some("n")), (17, Some("n")), (18, Some("n"))]);
    assert_eq!(Firm::query().count(db).await?, 1);
    let below = Worker::factory()
        .of(Worker::firm, &firm)
        .of(Worker::boss, &team[0]);
    assert_eq!(below.save(db).await?.boss_id, Some(team[0].id));
    // What is given is judged as ever.
    let error = Worker::factory()
        .set(Worker::age, 3_i16)
        .save(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.is_validation(), error.fields()),
        (true, &["age"][..])
    );
    assert!(Worker::factory().many(0).save(db).await?.is_empty());
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "lists")]
struct Lists {
    #[column(primary_key)]
    key: Uuid,
    tags: Vec<String>,
    ranks: Vec<i32>,
}

#[tokio::test]
async fn a_list_begins_empty() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Lists]).await?;
    let lists = Lists::factory().many(3).save(&place.db).await?;
    assert!(
        lists
            .iter()
            .all(|it| it.tags.is_empty() && it.ranks.is_empty())
    );
    assert_ne!(lists[0].key, lists[1].key);
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "odd")]
struct Odd {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(jsonb)]
    extra: Json<Vec<i32>>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "strict")]
struct Strict {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[validate(is("^a"), is("^b"))]
    name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "links")]
#[association(belongs_to, as = "before", model = Link, foreign_key = "before_id")]
#[association(has_many, as = "after", model = Link, foreign_key = "before_id")]
struct Link {
    #[column(primary_key, auto_increment)]
    id: i32,
    before_id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "days")]
#[association(has_many, as = "notes", model = DayNote, foreign_key = "day")]
struct Day {
    #[column(primary_key)]
    day: NaiveDate,
}

#[derive(Model, Debug, Clone)]
#[model(table = "day_notes")]
#[association(belongs_to, as = "of_day", model = Day, foreign_key = "day")]
struct DayNote {
    #[column(primary_key, auto_increment)]
    id: i32,
    day: NaiveDate,
}

#[tokio::test]
async fn what_cannot_be_made_is_said_before_anything_is_sent() -> Test {
    let place = with_models(orm::models![Odd, Strict, Link, Day, DayNote]).await?;
    let db = &place.db;
    place.log.clear();
    let error = Odd::factory().save(db).await.unwrap_err();
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Odd"), &["extra"][..])
    );
    assert!(
        error.to_string().contains("`.set(Odd::extra, ..)`"),
        "{error}"
    );
    let error = Strict::factory().many(2).save(db).await.unwrap_err();
    assert!(error.to_string().contains("passes `is`"), "{error}");
    let error = Link::factory().save(db).await.unwrap_err();
    assert_eq!(error.fields(), ["before_id"]);
    assert!(
        error.to_string().contains("`.of(Link::before, &row)`"),
        "{error}"
    );
    let error = DayNote::factory().save(db).await.unwrap_err();
    assert!(
        error.to_string().contains("`.of(DayNote::of_day, &row)`"),
        "{error}"
    );
    place.log.assert_count(0);
    let day = Day::factory().save(db).await?;
    DayNote::factory()
        .of(DayNote::of_day, &day)
        .save(db)
        .await?;
    assert_eq!(
        Odd::factory()
            .set(Odd::extra, vec![1])
            .save(db)
            .await?
            .extra
            .0,
        [1]
    );
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "houses")]
#[association(has_many, as = "rooms", model = Room, foreign_key = (town, house_no))]
struct House {
    #[column(primary_key)]
    town: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "guests")]
#[association(has_many, as = "rooms", model = Room, foreign_key = (town, guest_no))]
struct Guest {
    #[column(primary_key)]
    town: i32,
    #[column(primary_key)]
    no: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "rooms")]
#[association(belongs_to, as = "house", model = House, foreign_key = (town, house_no))]
#[association(belongs_to, as = "guest", model = Guest, foreign_key = (town, guest_no))]
struct Room {
    #[column(primary_key, auto_increment)]
    id: i32,
    town: i32,
    house_no: i32,
    guest_no: i32,
}

#[tokio::test]
async fn keys_that_share_a_part_agree_in_it() -> Test {
    let place = with_models(orm::models![House, Guest, Room]).await?;
    let db = &place.db;
    let rooms = Room::factory().set(Room::town, 9).many(2).save(db).await?;
    assert!(rooms.iter().all(|room| room.town == 9));
    let towns = Guest::query().values(Guest::town).all(db).await?;
    assert_eq!(towns, [9, 9]);
    let room = Room::factory().save(db).await?;
    assert_eq!(
        Room::query()
            .filter(Room::house.is(House::town.eq(room.town)))
            .count(db)
            .await?,
        1
    );
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "codes")]
struct Code {
    #[column(primary_key)]
    day: NaiveDate,
    #[column(unique)]
    #[validate(len(4, 4))]
    short: String,
    #[column(unique)]
    #[validate(alpha, len(6, 6))]
    letters: String,
    #[column(unique)]
    #[validate(date)]
    written: String,
    #[column(unique)]
    #[validate(after("2030-06-01"))]
    until: NaiveDate,
    #[column(unique)]
    at: DateTime<Utc>,
}

#[tokio::test]
async fn thousands_of_unique_values_differ() -> Test {
    let place = with_models(orm::models![Code]).await?;
    let codes = Code::factory().many(5_000).save(&place.db).await?;
    codes.iter().try_for_each(|code| code.validate())?;
    Ok(())
}
