//! Batches in a world that means no good: members that fail in every way, hooks, marks,
//! versions, pools that are too small, connections that are cut.

use std::time::Duration;

use orm::batch;
use orm::error::ErrorKind;
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm::raw::raw_sql;

use super::{Jar, Shelf, names, shelf, shelves};
use crate::database::Test;

fn graph(name: &str) -> batch::Create<Shelf> {
    batch::create(shelf(name).with(Shelf::jars, |jar| [jar().label("a"), jar().label("b")]))
}

#[tokio::test]
async fn nothing_is_a_batch() -> Test {
    let place = shelves().await?;
    let none: Vec<batch::Create<Shelf>> = Vec::new();
    assert!(place.db.batch(none).await?.is_empty());
    let none: Vec<batch::Create<Shelf>> = Vec::new();
    assert!(place.db.batch_each(none).await?.is_empty());
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_prepared_fails_by_itself() -> Test {
    let place = shelves().await?;
    let broken = || raw_sql("SELEC 1 FROM shelves");
    for known in [false, true] {
        let name = |n: i32| format!("{known} {n}");
        let members = (
            batch::create(shelf(&name(0))),
            broken(),
            batch::create(shelf(&name(1))),
        );
        let error = place.db.batch(members).await.unwrap_err();
        assert_eq!(
            (error.member(), error.kind()),
            (Some(1), ErrorKind::Database),
            "{error}"
        );
        let members = (
            batch::create(shelf(&name(0))),
            broken(),
            batch::create(shelf(&name(1))),
        );
        let (first, second, third) = place.db.batch_each(members).await?;
        assert!(first.is_ok() && third.is_ok());
        assert_eq!(second.unwrap_err().kind(), ErrorKind::Database);
    }
    assert_eq!(names(&place).await?.len(), 4);
    Ok(())
}

#[tokio::test]
async fn all_members_may_fail() -> Test {
    let place = shelves().await?;
    shelf("kept").save(&place.db).await?;
    let all = || {
        (0..200)
            .map(|_| batch::create(shelf("kept")))
            .collect::<Vec<_>>()
    };
    let error = place.db.batch(all()).await.unwrap_err();
    assert_eq!(error.member(), Some(0), "{error}");
    assert!(error.is_unique_violation());
    for (n, each) in place.db.batch_each(all()).await?.into_iter().enumerate() {
        let error = each.unwrap_err();
        assert!(error.is_unique_violation(), "{n}: {error}");
    }
    let tx = place.db.begin().await?;
    for _ in 0..3 {
        assert!(tx.batch(all()).await.unwrap_err().is_unique_violation());
        assert_eq!(tx.batch((batch::count(Shelf::query()),)).await?, (1,));
    }
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn marks_and_versions_are_compared_and_moved() -> Test {
    let place = shelves().await?;
    let db = &place.db;
    let home = shelf("home").save(db).await?;
    let jar = Jar::create().shelf_id(home.id).label("a").save(db).await?;
    // The second sees what the first did.
    let twice = (
        home.update().set(Shelf::name, "first"),
        home.update().set(Shelf::name, "second"),
    );
    let error = db.batch(twice).await.unwrap_err();
    assert!(error.is_stale() && error.member() == Some(1), "{error}");
    let twice = (
        home.update().set(Shelf::name, "first"),
        home.update().set(Shelf::name, "second"),
    );
    let (first, second) = db.batch_each(twice).await?;
    assert_eq!(first?.name, "first");
    assert!(second.unwrap_err().is_stale());
    let error = db.batch((batch::delete(&jar), batch::delete(&jar))).await;
    let error = error.unwrap_err();
    assert!(error.is_not_found() && error.member() == Some(1), "{error}");
    assert_eq!(Jar::query().count(db).await?, 1);
    let ((), seen, back) = db
        .batch((
            batch::delete(&jar),
            batch::count(Jar::query()),
            Jar::query()
                .only_deleted()
                .filter(Jar::id.eq(jar.id))
                .restore(),
        ))
        .await?;
    assert_eq!((seen, back, Jar::query().count(db).await?), (0, 1, 1));
    Ok(())
}

#[tokio::test]
async fn a_pool_of_one_connection_is_enough() -> Test {
    let place = shelves().await?;
    let pool = PoolOptions::new().max(1).acquire(Duration::from_secs(5));
    let db = Db::connect(place.config()?.pool(pool)).await?;
    let (one, two, count) = db
        .batch_each((graph("one"), graph("two"), batch::count(Jar::query())))
        .await?;
    assert_eq!(
        (one?.name, two?.name, count?),
        ("one".into(), "two".into(), 4)
    );
    let (one, count) = db
        .batch((graph("three"), batch::count(Jar::query())))
        .await?;
    assert_eq!((&*one.name, count), ("three", 6));
    let rows = Shelf::query().order_by(Shelf::id).all(&db).await?;
    let renamed = rows
        .iter()
        .map(|row| row.update().set(Shelf::name, format!("{}!", row.id)));
    let upserts = Shelf::upsert_many([shelf("one"), shelf("x")]).on(Shelf::name);
    let (many, upserted, gone) = db
        .batch_each((
            Shelf::update_many(renamed),
            upserts,
            Jar::query().all_rows().delete(),
        ))
        .await?;
    assert_eq!((many?.len(), upserted?.len(), gone?), (3, 2, 6));
    // And so is one for several at once.
    let each = async |n: i32| -> Test {
        let name = format!("at once {n}");
        let (made, count) = db
            .batch_each((graph(&name), batch::count(Jar::query())))
            .await?;
        assert_eq!(made?.name, name);
        assert!(count? >= 2);
        Ok(())
    };
    tokio::try_join!(each(0), each(1), each(2), each(3))?;
    Ok(())
}

#[tokio::test]
async fn each_of_a_batch_that_is_dropped_is_there_or_not() -> Test {
    let place = shelves().await?;
    let pool = PoolOptions::new().max(1);
    let db = Db::connect(place.config()?.pool(pool)).await?;
    for polls in 0..20 {
        let members = (0..5).map(|n| batch::create(shelf(&format!("{polls} {n}"))));
        let mut sending = Box::pin(db.batch_each(members.collect::<Vec<_>>()));
        let mut left = polls;
        let done = std::future::poll_fn(|context| {
            if left == 0 {
                return std::task::Poll::Ready(None);
            }
            left -= 1;
            sending.as_mut().poll(context).map(Some)
        })
        .await;
        drop(sending);
        // The connection is somebody else's again, and in no transaction.
        let like = format!("{polls} %");
        let found = Shelf::query()
            .filter(Shelf::name.like(&like))
            .count(&db)
            .await?;
        assert!(found <= 5);
        if let Some(rows) = done {
            assert!(rows?.iter().all(Result::is_ok) && found == 5);
            return Ok(());
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_connection_that_is_cut_is_told_and_leaves_nothing() -> Test {
    only_on_a_server!();
    let place = shelves().await?;
    let kill = || raw_sql("SELECT pg_terminate_backend(pg_backend_pid())::text");
    let members = (batch::create(shelf("a")), kill(), batch::create(shelf("b")));
    let error = place.db.batch(members).await.unwrap_err();
    assert!(
        error.is_connection_lost() && !error.may_have_taken_effect(),
        "{error}"
    );
    assert_eq!(names(&place).await?, Vec::<String>::new());
    let members = (batch::create(shelf("a")), kill(), batch::create(shelf("b")));
    let (first, second, third) = place.db.batch_each(members).await?;
    assert_eq!(first?.name, "a");
    assert!(second.unwrap_err().is_connection_lost());
    let third = third.unwrap_err();
    assert!(third.is_connection_lost(), "{third}");
    assert_eq!(names(&place).await?, ["a"]);
    let tx = place.db.begin().await?;
    let members = (batch::create(shelf("b")), kill(), batch::create(shelf("c")));
    assert!(tx.batch(members).await.unwrap_err().is_connection_lost());
    assert!(tx.commit().await.is_err());
    let (made,) = place.db.batch((batch::create(shelf("d")),)).await?;
    assert_eq!((made.name, names(&place).await?.len()), ("d".into(), 2));
    Ok(())
}

#[tokio::test]
async fn connections_that_died_in_the_pool_cost_an_operation_of_an_association_nothing() -> Test {
    only_on_a_server!();
    let place = shelves().await?;
    let pool = PoolOptions::new().max(1);
    let db = Db::connect(place.config()?.pool(pool)).await?;
    let home = shelf("home").save(&db).await?;
    let other = shelf("other").save(&db).await?;
    let jar = Jar::create().shelf_id(home.id).label("a").save(&db).await?;
    for _ in 0..2 {
        let killed = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
            WHERE pid <> pg_backend_pid() AND datname = current_database() AND state = 'idle'";
        raw_sql(killed).scalar::<i64>(&place.db).await?;
        other.related(Shelf::jars).adopt([&jar], &db).await?;
        home.related(Shelf::jars).adopt([&jar], &db).await?;
    }
    assert_eq!(home.related(Shelf::jars).count(&db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_deadline_ends_all_and_the_pool_is_whole() -> Test {
    only_on_a_server!();
    let place = shelves().await?;
    let config = place
        .config()?
        .statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config.pool(PoolOptions::new().max(1))).await?;
    let slow = || raw_sql("SELECT pg_sleep(5)::text");
    for _ in 0..2 {
        let members = (batch::create(shelf("a")), slow(), batch::create(shelf("b")));
        let error = db.batch(members).await.unwrap_err();
        assert!(error.is_timeout(), "{error}");
        let members = (slow(), batch::count(Shelf::query()));
        let (first, second) = db.batch_each(members).await?;
        assert!(first.unwrap_err().is_timeout());
        // It waited behind the first, or came to be run.
        assert!(second.map_or_else(
            |error| error.is_timeout() || error.is_query_cancelled(),
            |n| n == 0
        ));
        assert_eq!(Shelf::query().count(&db).await?, 0);
    }
    Ok(())
}

/// What is written below rows takes statements that depend on each other: nobody comes between.
#[tokio::test]
async fn rows_below_are_written_before_the_next_member() -> Test {
    let place = shelves().await?;
    let with_jars = shelf("full").with(Shelf::jars, |jar| [jar().label("a"), jar().label("b")]);
    let (written, jars) = place
        .db
        .batch((Shelf::create_many([with_jars]), batch::count(Jar::query())))
        .await?;
    assert_eq!((written.len(), jars), (1, 2));
    Ok(())
}

#[tokio::test]
async fn rows_of_two_statements_go_with_the_member_that_fails() -> Test {
    let place = shelves().await?;
    shelf("taken").save(&place.db).await?;
    // Those that leave different columns to the server are not written by one statement.
    let two = || [shelf("a"), shelf("b").id(77)];
    let taken = place
        .db
        .batch((Shelf::create_many(two()), batch::create(shelf("taken"))))
        .await;
    assert!(taken.is_err_and(|error| error.is_unique_violation()));
    assert_eq!(Shelf::query().count(&place.db).await?, 1);
    let (two, _) = place
        .db
        .batch((Shelf::create_many(two()), batch::create(shelf("free"))))
        .await?;
    assert_eq!((two.len(), two[1].id), (2, 77));
    Ok(())
}

/// The same members in a `Vec`.
#[tokio::test]
async fn rows_of_two_statements_go_with_the_one_that_fails_in_a_list() -> Test {
    let place = shelves().await?;
    shelf("taken").save(&place.db).await?;
    let list = |last| {
        vec![
            Shelf::create_many([shelf("a"), shelf("b").id(77)]),
            Shelf::create_many([shelf(last)]),
        ]
    };
    let taken = place.db.batch(list("taken")).await;
    assert!(taken.is_err_and(|error| error.is_unique_violation()));
    assert_eq!(Shelf::query().count(&place.db).await?, 1);
    assert_eq!(place.db.batch(list("free")).await?.len(), 2);
    Ok(())
}
