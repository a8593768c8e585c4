//! Rows below a row, deleted, taken out, updated, added and created in one call.

use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm_testkit::LatencyProxy;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams")]
#[association(has_many, as = "players", model = Player, foreign_key = "team_id")]
#[association(has_many, as = "trips", model = Trip, foreign_key = "team_id")]
#[association(has_one, as = "coach", model = Coach, foreign_key = "team_id")]
#[association(many_to_many, as = "cities", model = City, through = "team_cities")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

/// Each stops a change that is made in a wrong order, or of a row that others wrote.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "players")]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id")]
struct Player {
    #[column(primary_key, auto_increment)]
    id: i32,
    team_id: Option<i32>,
    #[column(unique)]
    number: i32,
    #[column(default = 0)]
    #[validate(min(0))]
    goals: i32,
    #[column(version)]
    version: i32,
}

/// What a trip is not without a team, and marked when it goes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "trips", soft_delete)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id")]
#[association(has_many, as = "stops", model = Stop, foreign_key = "trip_id")]
struct Trip {
    #[column(primary_key, auto_increment)]
    id: i32,
    team_id: i32,
    place: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "stops")]
#[association(belongs_to, as = "trip", model = Trip, foreign_key = "trip_id")]
struct Stop {
    #[column(primary_key, auto_increment)]
    id: i32,
    trip_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "coaches")]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id")]
struct Coach {
    #[column(primary_key, auto_increment)]
    id: i32,
    team_id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cities")]
#[association(many_to_many, as = "teams", model = Team, through = "team_cities")]
struct City {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

async fn club() -> Test<(Place, Team)> {
    let models = orm::models![Team, Player, Trip, Stop, Coach, City];
    let place = with_models(models).await?;
    let team = Team::create().name("A").save(&place.db).await?;
    Ok((place, team))
}

async fn players<const N: usize>(
    team: &Team,
    numbers: [i32; N],
    db: &Db,
) -> orm::Result<[Player; N]> {
    let rows = numbers.map(|number| Player::create().team_id(team.id).number(number));
    let rows = Player::create_many(rows).save(db).await?;
    Ok(rows.try_into().unwrap_or_else(|_| unreachable!()))
}

/// Number and goals of those that a team has.
async fn of(team: &Team, db: &Db) -> orm::Result<Vec<(i32, i32)>> {
    let players = team.related(Team::players).order_by(Player::number);
    let players = players.all(db).await?;
    Ok(players.iter().map(|it| (it.number, it.goals)).collect())
}

#[tokio::test]
async fn all_kinds_of_changes_are_made_in_their_order() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let [gone, left, kept] = players(&team, [1, 2, 3], db).await?;
    let free = Player::create().number(4).save(db).await?;
    // The new one has the number of one that goes, another one that of one that is changed.
    let changed = team
        .related(Team::players)
        .change()
        .create(|player| [player().number(1), player().number(3).goals(7)])
        .add([&free])
        .update([kept.update().set(Player::number, 9).set(Player::goals, 2)])
        .remove([&left])
        .delete([&gone])
        .save(db)
        .await?;
    assert_eq!(of(&team, db).await?, [(1, 0), (3, 7), (4, 0), (9, 2)]);
    let [updated] = &changed.updated[..] else {
        panic!("{changed:?}");
    };
    assert_eq!((updated.id, updated.version), (kept.id, kept.version + 1));
    let created: Vec<_> = changed.created.iter().map(|it| it.number).collect();
    assert_eq!(created, [1, 3]);
    assert_eq!(changed.created[0].team_id, Some(team.id));
    let left = Player::find(left.id).one(db).await?;
    assert_eq!(left.team_id, None);
    assert!(Player::find(gone.id).one_or_none(db).await?.is_none());
    // Nothing is said, so nothing is done.
    place.log.clear();
    let nothing = team.related(Team::players).change().save(db).await?;
    assert!(nothing.updated.is_empty() && nothing.created.is_empty());
    place.log.assert_count(0);
    Ok(())
}

// Each of two changes would write the row that the other has moved: one would be told of a
// stranger, or answer with a row that is otherwise by now.
#[tokio::test]
async fn a_row_that_holds_the_key_is_given_for_one_change() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let [own, second] = players(&team, [1, 2], db).await?;
    let change = || team.related(Team::players).change();
    let left = || own.update().set(Player::team_id, None);
    let id = own.id;
    place.log.clear();
    let twice = [
        (
            change().delete([&own]).remove_keys([id]),
            "removed",
            "deleted",
        ),
        (
            change().delete_keys([id]).update([left()]),
            "updated",
            "deleted",
        ),
        (
            change().remove([&own]).update([left()]),
            "updated",
            "removed",
        ),
        (change().remove_keys([id]).add([&own]), "added", "removed"),
        (change().update([left()]).add_keys([id]), "added", "updated"),
        (
            change().update([left()]).adopt([&own]),
            "adopted",
            "updated",
        ),
        (change().add([&own]).adopt_keys([id]), "adopted", "added"),
    ];
    for (refused, later, earlier) in twice {
        let error = refused.save(db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let said = format!("row 0 of those to be {later} is to be {earlier}, too");
        assert!(error.to_string().contains(&said), "{error}");
        assert_eq!(error.row(), Some(0));
    }
    let others = [own.changes(&own), second.changes(&own)];
    let error = change().update(others).save(db).await.unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Usage, Some(1)));
    let third = change().add([&second]).adopt([&second]);
    let third = third.remove([&own]).adopt_keys([id]);
    assert_eq!(third.save(db).await.unwrap_err().row(), Some(0));
    place.log.assert_count(0);
    // For one change it is given twice, as a form may.
    change().remove([&own]).remove_keys([id]).save(db).await?;
    assert_eq!(of(&team, db).await?, [(2, 0)]);
    // Pairs are no part of the row.
    let rome = City::create().name("Rome").save(db).await?;
    team.related(Team::cities).add([&rome], db).await?;
    let cities = team.related(Team::cities).change();
    let renamed = rome.update().set(City::name, "Roma");
    let changed = cities.remove([&rome]).update([renamed]).save(db).await?;
    assert_eq!(changed.updated[0].name, "Roma");
    assert_eq!(team.related(Team::cities).count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn rows_of_another_row_are_not_related_and_nothing_is_changed() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let other = Team::create().name("B").save(db).await?;
    let [own] = players(&team, [1], db).await?;
    let [foreign] = players(&other, [2], db).await?;
    let change = || {
        team.related(Team::players)
            .change()
            .create(|it| [it().number(5)])
    };
    let deleted = change().delete([&own, &foreign]).save(db).await;
    let error = deleted.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    assert_eq!(error.row(), Some(1));
    let rows = [&foreign].map(|it| it.update().set(Player::goals, 1));
    let error = change().delete([&own]).update(rows).save(db).await;
    let error = error.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    assert_eq!(error.row(), Some(0));
    for refused in [change().remove([&foreign]), change().add([&foreign])] {
        let error = refused.delete([&own]).save(db).await.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    assert_eq!(of(&team, db).await?, [(1, 0)]);
    assert_eq!(of(&other, db).await?, [(2, 0)]);
    // Who is asked for by name is taken over.
    change().adopt([&foreign]).save(db).await?;
    assert_eq!(of(&team, db).await?, [(1, 0), (2, 0), (5, 0)]);
    Ok(())
}

#[tokio::test]
async fn what_is_gone_stale_or_refused_is_told_by_row() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let [own, stale, gone] = players(&team, [1, 2, 3], db).await?;
    stale.update().set(Player::goals, 5).save(db).await?;
    gone.delete(db).await?;
    let change = || {
        team.related(Team::players)
            .change()
            .create(|it| [it().number(8)])
    };
    let error = change().delete([&own, &gone]).save(db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.row(), Some(1));
    let rows = [&own, &stale].map(|it| it.update().set(Player::goals, 6));
    let error = change().update(rows).save(db).await.unwrap_err();
    assert!(error.is_stale(), "{error}");
    assert_eq!(error.row(), Some(1));
    let error = change().delete([&stale]).save(db).await.unwrap_err();
    assert!(error.is_stale(), "{error}");
    // Judged before anything is sent.
    place.log.clear();
    let invalid = stale.update().set(Player::goals, -1);
    let error = change().delete([&own]).update([invalid]).save(db).await;
    assert!(error.unwrap_err().is_validation());
    let invalid = change().create(|it| [it().number(9).goals(0), it().number(10).goals(-1)]);
    let error = invalid.save(db).await.unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!(error.row(), Some(2));
    place.log.assert_count(0);
    // The last step fails, and the first is undone.
    let taken = change().delete([&own]).create(|it| [it().number(2)]);
    let error = taken.save(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(of(&team, db).await?, [(1, 0), (2, 5)]);
    Ok(())
}

#[tokio::test]
async fn other_associations_change_as_their_methods_do() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let other = Team::create().name("B").save(db).await?;
    // Rows are marked, and new ones bring theirs along.
    let trip = team.related(Team::trips).create().place("Rome");
    let trip = trip.save(db).await?;
    let changed = team
        .related(Team::trips)
        .change()
        .delete([&trip])
        .create(|it| {
            [it()
                .place("Oslo")
                .with(Trip::stops, |stop| [stop(), stop()])]
        })
        .save(db)
        .await?;
    assert_eq!(Trip::query().with_deleted().count(db).await?, 2);
    assert_eq!(changed.created[0].related(Trip::stops).count(db).await?, 2);
    let error = team.related(Team::trips).change().delete([&trip]);
    assert!(error.save(db).await.unwrap_err().is_not_found());
    // Of a `has_one` the old row goes before the new one comes.
    let coach = team.related(Team::coach).create().name("Ann");
    let coach = coach.save(db).await?;
    let change = || team.related(Team::coach).change();
    let two = change()
        .delete([&coach])
        .create(|it| [it().name("Ben"), it().name("Cid")]);
    assert!(two.save(db).await.unwrap_err().is_already_related());
    let second = change().create(|it| [it().name("Ben")]).save(db).await;
    assert!(second.unwrap_err().is_already_related());
    let changed = change().delete([&coach]).create(|it| [it().name("Ben")]);
    changed.save(db).await?;
    assert_eq!(team.related(Team::coach).one(db).await?.name, "Ben");
    // Through a join table rows are shared: they are paired, and stay where they go.
    let [rome, oslo] = ["Rome", "Oslo"].map(|name| City::create().name(name));
    let (rome, oslo) = (rome.save(db).await?, oslo.save(db).await?);
    team.related(Team::cities).add([&rome], db).await?;
    other.related(Team::cities).add([&rome], db).await?;
    let changed = team
        .related(Team::cities)
        .change()
        .update([rome.update().set(City::name, "Roma")])
        .add([&oslo])
        .create(|city| [city().name("Bern")])
        .save(db)
        .await?;
    let cities = team
        .related(Team::cities)
        .order_by(City::name)
        .all(db)
        .await?;
    let cities: Vec<_> = cities.iter().map(|it| &*it.name).collect();
    assert_eq!(cities, ["Bern", "Oslo", "Roma"]);
    let bern = &changed.created[0];
    let foreign = other.related(Team::cities).change().delete([bern]).save(db);
    assert!(foreign.await.unwrap_err().is_not_related());
    let left = team
        .related(Team::cities)
        .change()
        .remove([&oslo])
        .delete([bern]);
    left.save(db).await?;
    assert_eq!(City::query().count(db).await?, 2);
    assert_eq!(team.related(Team::cities).count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn changes_below_several_rows_are_one_batch() -> Test {
    let (place, team) = club().await?;
    let db = &place.db;
    let other = Team::create().name("B").save(db).await?;
    let [one] = players(&team, [1], db).await?;
    let [two] = players(&other, [2], db).await?;
    let (renamed, mine, theirs) = db
        .batch((
            team.update().set(Team::name, "A-Team"),
            team.related(Team::players)
                .change()
                .update([one.update().set(Player::goals, 1)]),
            other
                .related(Team::players)
                .change()
                .delete([&two])
                .create(|it| [it().number(2)]),
        ))
        .await?;
    assert_eq!((&*renamed.name, mine.updated[0].goals), ("A-Team", 1));
    assert_eq!(theirs.created[0].team_id, Some(other.id));
    // One that fails is named, undoes all, and leaves the transaction around it alone.
    let tx = db.begin().await?;
    let change = other.related(Team::players).change();
    let change = change.delete(&mine.updated);
    let rename = team.update().set(Team::name, "B-Team");
    let error = tx.batch((rename, change)).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    assert_eq!((error.member(), error.row()), (Some(1), Some(0)));
    let made = other.related(Team::players).change();
    made.create(|it| [it().number(3)]).save(&tx).await?;
    tx.commit().await?;
    assert_eq!(Team::find(team.id).one(db).await?.name, "A-Team");
    assert_eq!(of(&other, db).await?, [(2, 0), (3, 0)]);
    Ok(())
}

// Rows are held from where they are asked for: nobody takes one away before it is written.
#[tokio::test]
async fn it_takes_three_round_trips_however_much_is_changed() -> Test {
    only_on_a_server!();
    let (place, team) = club().await?;
    let proxy = LatencyProxy::start(orm_testkit::server()?.address(), Duration::from_millis(5))?;
    let config = place.config_via(proxy.local_addr())?;
    let db = Db::connect(config.pool(PoolOptions::new().max(1))).await?;
    let mut trips = Vec::new();
    for round in 0..3 {
        let n = round * 10;
        let [gone, kept, left] = players(&team, [n, n + 1, n + 2], &place.db).await?;
        let before = proxy.round_trips();
        team.related(Team::players)
            .change()
            .delete([&gone])
            .remove([&left])
            .update([kept.update().set(Player::goals, 1)])
            .create(|it| [it().number(n)])
            .save(&db)
            .await?;
        trips.push(proxy.round_trips() - before);
    }
    assert_eq!(trips.last(), Some(&3), "{trips:?}");
    Ok(())
}
