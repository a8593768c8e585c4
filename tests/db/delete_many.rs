//! Many rows that go together, given by themselves or by their keys.

use orm::batch;
use orm::prelude::*;
use orm::query::Filter;

use crate::database::{Place, Test, on_a_file, with_models};

/// A composite key with a text, in a table whose names are words of SQL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select")]
#[association(has_many, as = "notes", model = Note, foreign_key = ("shelf", "slot"))]
struct Item {
    #[column(primary_key)]
    shelf: i32,
    #[column(primary_key, name = "Order")]
    slot: String,
    #[column(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "item", model = Item, foreign_key = ("shelf", "slot"), on_delete = "restrict")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i32,
    shelf: i32,
    slot: String,
}

/// Marked, and alone.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "logs", soft_delete, timestamps)]
struct Log {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(version)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

/// Marked, with rows below that are marked too.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams", soft_delete)]
#[association(has_many, as = "players", model = Player, foreign_key = "team_id")]
#[association(has_many, as = "locks", model = Lock, foreign_key = "team_id")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "players", soft_delete, default_scope = of_named)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", on_delete = "cascade")]
struct Player {
    #[column(primary_key, auto_increment)]
    id: i32,
    team_id: i32,
    #[column(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
}

/// It asks another table whose columns have the same names.
fn of_named() -> Filter<Player> {
    Player::team.any(Team::name.ne("hidden"))
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "locks", default_scope = of_team)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", on_delete = "cascade")]
struct Lock {
    #[column(primary_key, auto_increment)]
    id: i32,
    team_id: i32,
    name: String,
}

fn of_team() -> Filter<Lock> {
    Lock::team.any(Team::name.ne("hidden"))
}

async fn stocked(count: i32) -> Test<(Place, Vec<Item>)> {
    let place = with_models(orm::models![Item, Note]).await?;
    let rows = (0..count).map(|n| Item::create().shelf(n % 2).slot(format!("s'{n}")));
    let rows = Item::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok((place, rows))
}

#[tokio::test]
async fn rows_go_in_one_statement_all_or_none() -> Test {
    let (place, rows) = stocked(9).await?;
    let db = &place.db;
    Item::delete_many(&rows[..4]).run(db).await?;
    place.log.assert_count(1);
    assert_eq!(Item::query().count(db).await?, 5);
    place.log.clear();
    Item::delete_many([]).run(db).await?;
    Item::delete_keys(Vec::<(i32, &str)>::new()).run(db).await?;
    place.log.assert_count(0);
    // Twice is once.
    Item::delete_many([&rows[4], &rows[4]]).run(db).await?;
    let error = Item::delete_many(&rows[3..]).run(db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.row(), Some(0), "{error}");
    let error = Item::delete_many(rows[3..].iter().rev()).run(db).await;
    assert_eq!(error.unwrap_err().row(), Some(4));
    assert_eq!(Item::query().count(db).await?, 4);
    Item::delete_keys([(1, "s'5"), (0, "s'6")]).run(db).await?;
    let error = Item::delete_keys([(1, "s'7"), (7, "s'7")]).run(db).await;
    assert_eq!(error.unwrap_err().row(), Some(1));
    assert_eq!(Item::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_row_that_others_wrote_is_stale_unless_it_is_given_by_its_key() -> Test {
    let (place, rows) = stocked(3).await?;
    let db = &place.db;
    written_by_others(&place, "s'1").await?;
    let error = Item::delete_many(&rows).run(db).await.unwrap_err();
    assert!(error.is_stale() && error.row() == Some(1), "{error}");
    assert_eq!(Item::query().count(db).await?, 3);
    // Of one row in two versions, one is stale.
    let fresh = rows[1].refresh(db).await?;
    let both = [&rows[0], &fresh, &rows[1]];
    let error = Item::delete_many(both).run(db).await.unwrap_err();
    assert!(error.is_stale() || error.is_not_found(), "{error}");
    assert_eq!((error.row(), Item::query().count(db).await?), (Some(2), 3));
    let keys = rows.iter().map(|row| (row.shelf, row.slot.as_str()));
    Item::delete_keys(keys).run(db).await?;
    assert_eq!(Item::query().count(db).await?, 0);
    Ok(())
}

async fn written_by_others(place: &Place, slot: &str) -> Test {
    let row = Item::query()
        .filter(Item::slot.eq(slot))
        .one(&place.db)
        .await?;
    let key = Item::query().filter(Item::slot.eq(slot));
    let moved = key.update().set(Item::slot, row.slot.clone());
    assert_eq!(moved.save(&place.db).await?, 1);
    assert_eq!(row.refresh(&place.db).await?.version, row.version + 1);
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_referred_to_keeps_all() -> Test {
    let (place, rows) = stocked(3).await?;
    let db = &place.db;
    Note::create().shelf(1).slot("s'1").save(db).await?;
    place.log.clear();
    let error = Item::delete_many(&rows).run(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    if !on_a_file() {
        // It was refused: nothing is tried a second time.
        place.log.assert_count(1);
    }
    assert_eq!(Item::query().count(db).await?, 3);
    // The transaction goes on.
    let tx = db.begin().await?;
    assert!(Item::delete_many(&rows).run(&tx).await.is_err());
    Item::delete_many([&rows[0], &rows[2]]).run(&tx).await?;
    tx.commit().await?;
    assert_eq!(Item::query().one(db).await?, rows[1]);
    Ok(())
}

#[tokio::test]
async fn rows_are_marked_where_their_model_does_so() -> Test {
    let place = with_models(orm::models![Log]).await?;
    let db = &place.db;
    let rows = Log::create_many((0..5).map(|_| Log::create()))
        .save(db)
        .await?;
    place.log.clear();
    Log::delete_many(&rows[..3]).run(db).await?;
    place.log.assert_count(1);
    let marked = Log::query()
        .only_deleted()
        .order_by(Log::id)
        .all(db)
        .await?;
    assert_eq!(marked.len(), 3);
    for (before, after) in rows.iter().zip(&marked) {
        assert_eq!((before.id, before.version + 1), (after.id, after.version));
        assert!(after.updated_at > before.updated_at && after.deleted_at.is_some());
    }
    // What is marked is not there, and keeps its moment.
    let error = Log::delete_keys([rows[4].id, rows[2].id]).run(db).await;
    let error = error.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(1), "{error}");
    assert_eq!(Log::query().count(db).await?, 2);
    let error = Log::delete_many(&rows)
        .for_good()
        .run(db)
        .await
        .unwrap_err();
    assert!(error.is_stale() && error.row() == Some(0), "{error}");
    Log::delete_many(marked.iter().chain(&rows[3..]))
        .for_good()
        .run(db)
        .await?;
    assert_eq!(Log::query().with_deleted().count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn what_goes_with_them_is_marked_too() -> Test {
    let place = with_models(orm::models![Team, Player]).await?;
    let db = &place.db;
    let teams = (0..3).map(|n| {
        let team = Team::create().name(n.to_string());
        team.with(Team::players, |player| [player(), player()])
    });
    let teams = Team::create_many(teams).save(db).await?;
    Team::delete_many(&teams[..2]).run(db).await?;
    assert_eq!(
        (
            Team::query().count(db).await?,
            Player::query().count(db).await?
        ),
        (1, 2)
    );
    let gone = [&teams[2], &teams[1]];
    let error = Team::delete_many(gone).run(db).await.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(1), "{error}");
    assert_eq!(Player::query().count(db).await?, 2);
    // The first that is not there is found wherever it stands, and nothing else goes.
    let five = (3..8).map(|n| Team::create().name(n.to_string()));
    let five = Team::create_many(five).save(db).await?;
    for at in 0..five.len() {
        let mut given: Vec<&Team> = five.iter().collect();
        given[at] = &teams[0];
        let last = given.len() - 1;
        given[last] = if at == last { &teams[0] } else { &teams[1] };
        let error = Team::delete_many(given).run(db).await.unwrap_err();
        assert!(error.is_not_found() && error.row() == Some(at), "{error}");
    }
    Team::delete_many(&five).run(db).await?;
    // Each is restored by itself, with what its own delete marked.
    teams[0].restore(db).await?;
    assert_eq!(Player::query().count(db).await?, 4);
    let players = Player::query().all(db).await?;
    Player::delete_many(&players).run(db).await?;
    let error = Player::delete_many(&players).run(db).await.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(0), "{error}");
    assert_eq!(Team::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_outside_a_default_scope_are_not_there() -> Test {
    let place = with_models(orm::models![Team, Lock]).await?;
    let db = &place.db;
    let hidden = Team::create().name("hidden").save(db).await?;
    let shown = Team::create().name("shown").save(db).await?;
    let locks = [shown.id, hidden.id, shown.id].map(|team| Lock::create().team_id(team).name("x"));
    let locks = Lock::create_many(locks).save(db).await?;
    let error = Lock::delete_many(&locks).run(db).await.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(1), "{error}");
    let renamed = locks.iter().map(|lock| lock.update().set(Lock::name, "y"));
    let error = Lock::update_many(renamed).save(db).await.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(1), "{error}");
    let renamed = [&locks[0], &locks[2]].map(|lock| lock.update().set(Lock::name, "y"));
    assert_eq!(Lock::update_many(renamed).save(db).await?.len(), 2);
    Lock::delete_keys([locks[0].id, locks[2].id])
        .run(db)
        .await?;
    assert_eq!(Lock::query().unscoped(Lock::OF_TEAM).count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn they_may_be_members_of_a_batch() -> Test {
    let (place, rows) = stocked(6).await?;
    let db = &place.db;
    let ((), (), left) = db
        .batch((
            Item::delete_many(&rows[..2]),
            Item::delete_keys([(0, "s'2")]),
            batch::count(Item::query()),
        ))
        .await?;
    assert_eq!(left, 3);
    let members = (Item::delete_many(&rows[3..]), Item::delete_many(&rows[2..]));
    let error = db.batch(members).await.unwrap_err();
    assert_eq!((error.member(), error.row()), (Some(1), Some(0)), "{error}");
    assert_eq!(Item::query().count(db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn any_number_of_rows() -> Test {
    let place = with_models(orm::models![Log]).await?;
    let db = &place.db;
    let rows = Log::create_many((0..40_000).map(|_| Log::create()))
        .save(db)
        .await?;
    Log::delete_keys(rows.iter().map(|row| row.id))
        .for_good()
        .run(db)
        .await?;
    assert_eq!(Log::query().with_deleted().count(db).await?, 0);
    Ok(())
}
