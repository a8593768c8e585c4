//! Statements that do not depend on each other, handed over together.

mod attacked;

use std::time::Duration;

use orm::batch;
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves", timestamps)]
#[association(has_many, as = "jars", model = Jar, foreign_key = "shelf_id")]
pub(crate) struct Shelf {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(unique)]
    #[validate(not_empty)]
    pub(crate) name: String,
    #[column(version)]
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "jars", soft_delete)]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = "shelf_id")]
pub(crate) struct Jar {
    #[column(primary_key, auto_increment)]
    id: i32,
    shelf_id: i32,
    label: String,
    deleted_at: Option<DateTime<Utc>>,
}

pub(crate) async fn shelves() -> Test<Place> {
    with_models(orm::models![Shelf, Jar]).await
}

pub(crate) fn shelf(name: &str) -> ShelfCreate<orm::create::Given> {
    Shelf::create().name(name)
}

async fn names(place: &Place) -> Test<Vec<String>> {
    let all = Shelf::query().order_by(Shelf::id).all(&place.db).await?;
    Ok(all.into_iter().map(|shelf| shelf.name).collect())
}

#[tokio::test]
async fn all_answers_are_typed_and_come_in_order() -> Test {
    let place = shelves().await?;
    let db = &place.db;
    let old = shelf("old").save(db).await?;
    let gone = shelf("gone").save(db).await?;
    let jar = Jar::create().shelf_id(old.id).label("jam").save(db).await?;
    let (new, renamed, (), tree, number) = db
        .batch((
            batch::create(shelf("new")),
            old.update().set(Shelf::name, "renamed"),
            batch::delete(&gone),
            batch::one(Shelf::find(old.id).include(Shelf::jars)),
            batch::count(Shelf::query()),
        ))
        .await?;
    assert_eq!(
        (&*new.name, &*renamed.name, renamed.version),
        ("new", "renamed", old.version + 1)
    );
    // Each sees what those before it did.
    assert_eq!((&*tree.name, tree.jars.len(), number), ("renamed", 1, 2));
    let (first, none, there, labels, many, marked, set, raw) = db
        .batch((
            batch::first(Shelf::query().order_by(Shelf::name)),
            batch::one_or_none(Shelf::find(99)),
            batch::exists(Shelf::find(new.id)),
            Jar::query().values(Jar::label),
            Shelf::create_many([shelf("a"), shelf("b")]),
            batch::delete(&jar),
            Shelf::query()
                .filter(Shelf::name.eq("new"))
                .update()
                .set(Shelf::name, "newer"),
            raw_sql("UPDATE jars SET label = 'x' WHERE 1 = 0"),
        ))
        .await?;
    assert_eq!(first.map(|it| it.name), Some("new".to_owned()));
    assert_eq!(
        (none, there, labels, many.len()),
        (None, true, vec!["jam".to_owned()], 2)
    );
    assert_eq!((marked, set, raw), ((), 1, 0));
    assert_eq!(Jar::query().count(db).await?, 0);
    assert_eq!(names(&place).await?, ["renamed", "newer", "a", "b"]);
    let upserted = Shelf::upsert(shelf("a")).on(Shelf::name);
    let (upserted, removed) = db
        .batch((
            upserted,
            Shelf::query().filter(Shelf::name.eq("b")).delete(),
        ))
        .await?;
    assert!(!upserted.created && removed == 1);
    Ok(())
}

#[tokio::test]
async fn they_are_sent_behind_begin_and_before_commit() -> Test {
    only_on_a_server!();
    let place = shelves().await?;
    for _ in 0..2 {
        place.log.clear();
        place
            .db
            .batch((batch::count(Shelf::query()), batch::count(Jar::query())))
            .await?;
        let sent = place.log.statements();
        assert_eq!(sent.len(), 4, "{sent:?}");
        assert_eq!((&*sent[0], &*sent[3]), ("BEGIN", "COMMIT"));
        assert!(
            sent[1].contains("shelves") && sent[2].contains("jars"),
            "{sent:?}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn one_that_fails_undoes_all_and_is_named() -> Test {
    let place = shelves().await?;
    let kept = shelf("kept").save(&place.db).await?;
    let refused = || {
        (
            batch::create(shelf("new")),
            batch::create(shelf("kept")),
            batch::count(Shelf::query()),
        )
    };
    let error = place.db.batch(refused()).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!((error.member(), error.fields()), (Some(1), &["name"][..]));
    assert!(
        error.to_string().starts_with("member 1 of the batch: "),
        "{error}"
    );
    assert_eq!(names(&place).await?, ["kept"]);

    // What the database took and we do not.
    let mut stale = kept.clone();
    stale.version += 7;
    let update = stale.update().set(Shelf::name, "other");
    let error = place
        .db
        .batch((batch::create(shelf("new")), update))
        .await
        .unwrap_err();
    assert!(error.is_stale(), "{error}");
    assert_eq!(error.member(), Some(1));
    let missing = (
        Shelf::query(),
        batch::create(shelf("new")),
        batch::one(Shelf::find(99)),
    );
    let error = place.db.batch(missing).await.unwrap_err();
    assert!(error.is_not_found() && error.member() == Some(2), "{error}");
    // And what no database sees.
    let error = place
        .db
        .batch((batch::create(shelf("new")), batch::create(shelf(""))))
        .await
        .unwrap_err();
    assert!(
        error.is_validation() && error.member() == Some(1),
        "{error}"
    );
    assert_eq!(names(&place).await?, ["kept"]);

    // Inside a transaction it is undone alone.
    let tx = place.db.begin().await?;
    shelf("before").save(&tx).await?;
    let error = tx.batch(refused()).await.unwrap_err();
    assert!(
        error.is_unique_violation() && error.member() == Some(1),
        "{error}"
    );
    let (new, number) = tx
        .batch((batch::create(shelf("after")), batch::count(Shelf::query())))
        .await?;
    assert_eq!((&*new.name, number), ("after", 3));
    tx.commit().await?;
    assert_eq!(names(&place).await?, ["kept", "before", "after"]);
    Ok(())
}

#[tokio::test]
async fn each_for_itself_leaves_the_others_alone() -> Test {
    let place = shelves().await?;
    shelf("kept").save(&place.db).await?;
    for turn in 0..2 {
        let name = format!("new {turn}");
        let (new, refused, number, graph) = place
            .db
            .batch_each((
                batch::create(shelf(&name)),
                batch::create(shelf("kept")),
                batch::count(Shelf::query()),
                // It takes several statements, which stand or fall together.
                batch::create(shelf("graph").with(Shelf::jars, |jar| [jar().label("x")])),
            ))
            .await?;
        assert_eq!(new?.name, name);
        let error = refused.unwrap_err();
        assert!(
            error.is_unique_violation() && !error.may_have_taken_effect(),
            "{error}"
        );
        assert!(number? >= 2 + turn);
        assert_eq!(graph.is_ok(), turn == 0);
    }
    assert_eq!(Jar::query().count(&place.db).await?, 1);
    assert_eq!(Shelf::query().count(&place.db).await?, 4);
    Ok(())
}

// Rows that leave other columns to the server are a statement more.
#[tokio::test]
async fn many_rows_of_two_statements_stand_or_fall_together() -> Test {
    let place = shelves().await?;
    shelf("kept").save(&place.db).await?;
    let two = [shelf("new"), shelf("kept").id(50)];
    let (refused, number) = place
        .db
        .batch_each((Shelf::create_many(two), batch::count(Shelf::query())))
        .await?;
    assert!(refused.unwrap_err().is_unique_violation());
    assert_eq!(
        (number?, names(&place).await?),
        (1, vec!["kept".to_owned()])
    );
    Ok(())
}

#[tokio::test]
async fn a_list_of_one_kind_is_a_batch() -> Test {
    let place = shelves().await?;
    let rows: Vec<_> = (0..300)
        .map(|n| batch::create(shelf(&n.to_string())))
        .collect();
    let rows = place.db.batch(rows).await?;
    assert!(
        rows.iter()
            .enumerate()
            .all(|(n, row)| row.name == n.to_string())
    );
    let found: Vec<_> = rows
        .iter()
        .map(|row| batch::one(Shelf::find(row.id)))
        .collect();
    assert_eq!(place.db.batch(found).await?, rows);
    let again: Vec<_> = ["x", "y", "299", "z"]
        .into_iter()
        .map(|it| batch::create(shelf(it)))
        .collect();
    let error = place.db.batch(again).await.unwrap_err();
    assert_eq!(error.member(), Some(2), "{error}");
    let again: Vec<_> = ["x", "299", "y"]
        .into_iter()
        .map(|it| batch::create(shelf(it)))
        .collect();
    let each = place.db.batch_each(again).await?;
    assert_eq!(
        each.iter().map(|it| it.is_ok()).collect::<Vec<_>>(),
        [true, false, true]
    );
    assert_eq!(Shelf::query().count(&place.db).await?, 302);
    Ok(())
}

#[tokio::test]
async fn a_graph_may_be_a_member() -> Test {
    let place = shelves().await?;
    let graph = |name: &str, label: &'static str| {
        batch::create(shelf(name).with(Shelf::jars, move |jar| {
            [jar().label(label), jar().label("b")]
        }))
    };
    let (first, second) = place
        .db
        .batch((graph("one", "x"), graph("two", "y")))
        .await?;
    let of = async |shelf: &Shelf| shelf.related(Shelf::jars).count(&place.db).await;
    assert_eq!((of(&first).await?, of(&second).await?), (2, 2));
    let error = place
        .db
        .batch((graph("three", "x"), graph("one", "y")))
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Jar::query().count(&place.db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn full_buffers_on_both_sides_wait_for_nobody() -> Test {
    let place = shelves().await?;
    let large = |n: i32| format!("{n}{}", "x".repeat(6_000_000));
    let jars = |shelf: i32| {
        (0..8)
            .map(|n| batch::create(Jar::create().shelf_id(shelf).label(large(n))))
            .collect::<Vec<_>>()
    };
    let home = shelf("home").save(&place.db).await?;
    let saved =
        tokio::time::timeout(Duration::from_secs(60), place.db.batch(jars(home.id))).await??;
    assert!(saved.iter().zip(0..).all(|(jar, n)| jar.label == large(n)));
    let each =
        tokio::time::timeout(Duration::from_secs(60), place.db.batch_each(jars(home.id))).await??;
    assert!(each.iter().all(Result::is_ok));
    Ok(())
}

#[tokio::test]
async fn a_batch_that_is_dropped_leaves_nothing() -> Test {
    let place = shelves().await?;
    for polls in 0..30 {
        let rows: Vec<_> = (0..5)
            .map(|n| batch::create(shelf(&format!("{polls} {n}"))))
            .collect();
        let mut sending = Box::pin(place.db.batch(rows));
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
        let found = Shelf::query()
            .filter(Shelf::name.like(&format!("{polls} %")))
            .count(&place.db)
            .await?;
        match done {
            Some(rows) => assert_eq!((rows?.len(), found), (5, 5)),
            None => assert!(found == 0 || found == 5, "{found}"),
        }
    }
    Ok(())
}

/// A model whose hook writes, in a savepoint of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "labels", hooks)]
struct Label {
    #[column(primary_key, auto_increment)]
    id: i32,
    text: String,
}

impl orm::hooks::Hooks for Label {
    async fn after_create(rows: &[Self], tx: &Tx) -> orm::hooks::HookResult {
        let shelf = shelf(&format!("of {}", rows[0].text));
        let nested = async |tx: &Tx| {
            shelf
                .with(Shelf::jars, |jar| [jar().label("x")])
                .save(tx)
                .await
        };
        tx.transaction(nested).await?;
        Ok(())
    }
}

#[tokio::test]
async fn members_with_hooks_are_members() -> Test {
    let place = with_models(orm::models![Shelf, Jar, Label]).await?;
    let label = |text: &str| batch::create(Label::create().text(text));
    let count = || batch::count(Shelf::query());
    let (before, a, between, b, after) = place
        .db
        .batch((count(), label("a"), count(), label("b"), count()))
        .await?;
    assert_eq!((before, between, after), (0, 1, 2));
    assert_eq!((&*a.text, &*b.text), ("a", "b"));
    let error = place
        .db
        .batch(vec![label("c"), label("a")])
        .await
        .unwrap_err();
    assert_eq!(error.member(), Some(1), "{error}");
    let each = place.db.batch_each(vec![label("a"), label("d")]).await?;
    assert_eq!(
        each.iter().map(|it| it.is_ok()).collect::<Vec<_>>(),
        [false, true]
    );
    assert_eq!(names(&place).await?, ["of a", "of b", "of d"]);
    Ok(())
}
