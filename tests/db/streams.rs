//! Streams: what is read as it is wanted is what `all` returns, in little memory, and
//! whoever stops reading holds nothing.

use std::collections::BTreeSet;
use std::pin::pin;
use std::time::Duration;

use futures_util::stream::FusedStream;
use futures_util::{Stream, StreamExt, TryStreamExt};
use orm::error::ErrorKind;
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm::query::RowStream;
use orm::raw::raw_expr;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "books", model = Book, foreign_key = "shelf_id")]
struct Shelf {
    #[column(primary_key, auto_increment)]
    id: i32,
    room: Option<i32>,
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = "shelf_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
    shelf_id: i32,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "places")]
struct Spot {
    #[column(primary_key)]
    row: i32,
    #[column(primary_key)]
    seat: i16,
    taken: bool,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Shelf)]
struct Labelled {
    id: i32,
    label: String,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Shelf)]
struct Filled {
    label: String,
    books: Vec<Book>,
}

/// More than two batches of parents.
const SHELVES: i32 = 1_203;

async fn library() -> Test<Place> {
    let place = with_models(orm::models![Shelf, Book, Spot]).await?;
    let room = |at: i32| (at % 5 > 0).then_some(at % 3);
    let shelves = (0..SHELVES).map(|at| Shelf::create().room(room(at)).label(format!("{at}")));
    let shelves = Shelf::create_many(shelves).save(&place.db).await?;
    let books = shelves.iter().flat_map(|shelf| {
        (0..shelf.id % 4).map(|at| {
            Book::create()
                .shelf_id(shelf.id)
                .title(format!("{at} of {}", shelf.id))
        })
    });
    Book::create_many(books).save(&place.db).await?;
    place.log.clear();
    Ok(place)
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), future)
        .await
        .expect("an end")
}

fn is_a_body<T>(stream: impl Stream<Item = T> + Send + 'static) -> impl Stream<Item = T> + Send {
    stream
}

#[tokio::test]
async fn rows_are_those_of_all() -> Test {
    let place = library().await?;
    let db = &place.db;
    let query = || Shelf::query().order_by((Shelf::room.desc(), Shelf::id));
    let rows: Vec<Shelf> = is_a_body(query().stream(db)).try_collect().await?;
    assert_eq!(rows, query().all(db).await?);
    let shapes: Vec<Labelled> = query().select().stream(db).try_collect().await?;
    assert_eq!(shapes, query().select::<Labelled>().all(db).await?);
    let values = || query().values((Shelf::id, Shelf::label));
    let tuples: Vec<_> = values().stream(db).try_collect().await?;
    assert_eq!(tuples, values().all(db).await?);
    let none = Shelf::query().filter(Shelf::id.lt(0));
    assert!(none.clone().stream(db).next().await.is_none());
    assert!(none.include(Shelf::books).stream(db).next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn trees_are_those_of_all() -> Test {
    let place = library().await?;
    let db = &place.db;
    let query = || {
        Shelf::query()
            .order_by((Shelf::room.desc(), Shelf::label.asc()))
            .include(Shelf::books.order_by(Book::title.desc()))
    };
    let same = |shelf: &loaded!(Shelf { books })| (shelf.id, shelf.books.clone());
    let mut expected = query().order_by(Shelf::id).all(db).await?;
    let found: Vec<_> = is_a_body(query().stream(db)).try_collect().await?;
    assert_eq!(found.len(), expected.len());
    assert!(found.iter().map(same).eq(expected.iter().map(same)));
    for (limit, offset) in [
        (0, 0),
        (1, 0),
        (500, 0),
        (501, 3),
        (1_000, 1_000),
        (5_000, 7),
    ] {
        let some = || query().order_by(Shelf::id).limit(limit).offset(offset);
        let found: Vec<_> = some().stream(db).try_collect().await?;
        expected = some().all(db).await?;
        assert!(
            found.iter().map(same).eq(expected.iter().map(same)),
            "{limit} {offset}"
        );
    }
    let shapes = || Shelf::query().order_by(Shelf::label).select::<Filled>();
    let found: Vec<_> = shapes().stream(db).try_collect().await?;
    assert_eq!(found, shapes().all(db).await?);
    let by_parent = || {
        Book::query()
            .order_by(Book::shelf.value(Shelf::label).desc())
            .include(Book::shelf)
    };
    let found: Vec<_> = by_parent().stream(db).try_collect().await?;
    let expected = by_parent().order_by(Book::id.desc()).all(db).await?;
    assert!(
        found
            .iter()
            .map(|it| it.id)
            .eq(expected.iter().map(|it| it.id))
    );
    Ok(())
}

// Outside a transaction all batches are of one snapshot.
#[tokio::test]
async fn a_tree_is_of_one_snapshot() -> Test {
    let place = library().await?;
    let db = &place.db;
    let mut shelves = Shelf::query().include(Shelf::books).stream(db);
    let first = within(shelves.next()).await.expect("a row")?;
    assert_eq!(first.books.len(), 1);
    let last = Shelf::query()
        .order_by(Shelf::id.desc())
        .limit(1)
        .one(db)
        .await?;
    Book::create()
        .shelf_id(last.id)
        .title("late")
        .save(db)
        .await?;
    Shelf::create().room(None).label("late").save(db).await?;
    let rest: Vec<_> = shelves.try_collect().await?;
    assert_eq!(rest.len(), usize::try_from(SHELVES)? - 1);
    assert!(
        rest.iter()
            .flat_map(|it| &it.books)
            .all(|it| it.title != "late")
    );
    assert_eq!(Shelf::query().count(db).await?, i64::from(SHELVES) + 1);
    Ok(())
}

#[tokio::test]
async fn nothing_is_sent_before_it_is_polled() -> Test {
    let place = library().await?;
    let rows = Shelf::query().stream(&place.db);
    let trees = Shelf::query().include(Shelf::books).stream(&place.db);
    drop((rows, trees));
    place.log.assert_count(0);
    Ok(())
}

// The only connection is there for whoever comes next.
#[tokio::test]
async fn a_dropped_stream_frees_its_connection() -> Test {
    let place = library().await?;
    let config = place.config()?.pool(PoolOptions::new().max(1));
    let db = Db::connect(config).await?;
    for polls in [1, 2, 600] {
        let mut rows = Shelf::query().stream(&db);
        let mut trees = Shelf::query().include(Shelf::books).stream(&db);
        for _ in 0..polls {
            within(rows.next()).await.expect("a row")?;
        }
        drop(rows);
        for _ in 0..polls {
            within(trees.next()).await.expect("a row")?;
        }
        drop(trees);
        assert_eq!(within(Shelf::query().count(&db)).await?, i64::from(SHELVES));
    }
    // Read to its end, it holds nothing either, although it is still there.
    let mut rows = Shelf::query().limit(3).stream(&db);
    while let Some(row) = within(rows.next()).await {
        row?;
    }
    assert_eq!(within(Shelf::query().count(&db)).await?, i64::from(SHELVES));
    assert!(rows.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_stream_that_ended_says_so() -> Test {
    let place = library().await?;
    let mut rows = Shelf::query().limit(2).stream(&place.db);
    let mut ends = Vec::new();
    for _ in 0..4 {
        ends.push((rows.next().await.is_some(), rows.is_terminated()));
    }
    let (row, end) = ((true, false), (false, true));
    assert_eq!(ends, [row, row, end, end]);
    Ok(())
}

#[tokio::test]
async fn an_error_is_the_last_item() -> Test {
    let place = library().await?;
    let config = place.config()?.pool(PoolOptions::new().max(1));
    let db = Db::connect(config).await?;
    let value = raw_expr::<Shelf>("CASE WHEN ")
        .column(Shelf::id)
        .raw(" < 700 THEN 1 END")
        .value::<i32>();
    let mut rows = Shelf::query().order_by(Shelf::id).values(value).stream(&db);
    let mut read = 0;
    let error = loop {
        match within(rows.next()).await.expect("a row or an error") {
            Ok(_) => read += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(read, 699);
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(rows.next().await.is_none());
    assert_eq!(within(Shelf::query().count(&db)).await?, i64::from(SHELVES));

    let distinct = Shelf::query().distinct().include(Shelf::books);
    let mut rows = distinct.stream(&db);
    let error = within(rows.next())
        .await
        .expect("an error")
        .expect_err("distinct");
    assert!(
        error.to_string().contains("leave out `.distinct()`"),
        "{error}"
    );
    assert!(rows.next().await.is_none());
    Ok(())
}

#[tokio::test]
async fn a_closure_is_awaited_for_every_row() -> Test {
    let place = library().await?;
    let db = place.db.clone();
    let (send, mut labels) = tokio::sync::mpsc::channel(1);
    let reading = tokio::spawn(async move {
        let rows = Shelf::query().order_by(Shelf::id);
        let each = async move |shelf: Shelf| -> orm::Result<()> {
            let _ = send.send(shelf.label).await;
            Ok(())
        };
        rows.for_each_async(&db, each).await
    });
    for at in 0..SHELVES {
        assert_eq!(labels.recv().await, Some(at.to_string()));
    }
    assert_eq!(reading.await??, u64::try_from(SHELVES)?);

    let (db, mut labels) = (place.db.clone(), String::new());
    let reading = tokio::spawn(async move {
        let trees = Shelf::query().include(Shelf::books).limit(3);
        let done = trees.for_each(&db, |shelf| {
            labels.push_str(&shelf.label);
            Ok(())
        });
        done.await.map(|rows| (rows, labels))
    });
    assert_eq!(reading.await??, (3, "012".to_owned()));

    // The error is the closure's own.
    let mut seen = 0;
    let ended = Shelf::query()
        .include(Shelf::books)
        .for_each_async(&place.db, async |_| -> Test {
            seen += 1;
            match seen {
                600 => Err("enough".into()),
                _ => Ok(()),
            }
        })
        .await;
    assert_eq!(ended.expect_err("enough").to_string(), "enough");
    assert_eq!(seen, 600);
    Ok(())
}

#[tokio::test]
async fn inside_a_transaction() -> Test {
    let place = library().await?;
    place
        .db
        .try_transaction(async |tx| -> Test {
            Shelf::create().room(None).label("mine").save(tx).await?;
            let mut rows: RowStream<'_, Shelf> =
                Shelf::query().order_by(Shelf::id.desc()).stream(tx);
            assert_eq!(rows.next().await.expect("a row")?.label, "mine");
            // Its connection is in use.
            let error = Shelf::query().count(tx).await.expect_err("rows are read");
            assert_eq!(error.kind(), ErrorKind::Usage);
            drop(rows);
            assert_eq!(Shelf::query().count(tx).await?, i64::from(SHELVES) + 1);

            let mut trees = pin!(Shelf::query().include(Shelf::books).stream(tx));
            let mut seen = 0;
            while let Some(shelf) = trees.next().await {
                let shelf = shelf?;
                seen += 1;
                if seen % 400 == 0 {
                    let book = shelf.related(Shelf::books).create();
                    book.title("new").save(tx).await?;
                }
            }
            assert_eq!(seen, SHELVES + 1);
            let nested = tx.begin().await?;
            let rows: Vec<Book> = Book::query()
                .filter(Book::title.eq("new"))
                .stream(&nested)
                .try_collect()
                .await?;
            assert_eq!(rows.len(), 3);
            nested.commit().await?;
            Ok(())
        })
        .await?;
    assert_eq!(
        Book::query()
            .filter(Book::title.eq("new"))
            .count(&place.db)
            .await?,
        3
    );
    Ok(())
}

// The job has its connection to itself between batches, even where there is only one.
#[tokio::test]
async fn batches_hold_no_connection() -> Test {
    let place = library().await?;
    let config = place.config()?.pool(PoolOptions::new().max(1));
    let db = Db::connect(config).await?;
    let mut sizes = Vec::new();
    let mut seen = BTreeSet::new();
    let batches = Shelf::query().include(Shelf::books).in_batches(400);
    let count = batches
        .clone()
        .for_each_async(&db, async |shelves| -> orm::Result<()> {
            sizes.push(shelves.len());
            for shelf in shelves {
                assert_eq!(
                    shelf.books.len(),
                    usize::try_from(shelf.id % 4).unwrap_or(9)
                );
                assert!(seen.insert(shelf.id));
            }
            let rows = Shelf::query().filter(Shelf::id.in_(seen.iter().copied()));
            rows.update()
                .set(Shelf::label, "done")
                .save(&db)
                .await
                .map(drop)
        })
        .await?;
    assert_eq!((count, sizes), (4, vec![400, 400, 400, 3]));
    assert_eq!(seen.len(), usize::try_from(SHELVES)?);
    // One that was stopped goes on.
    let last = *seen.last().expect("a key");
    let rest: Vec<_> = batches.after(last - 5).stream(&db).try_collect().await?;
    let rest: Vec<i32> = rest.into_iter().flatten().map(|it| it.id).collect();
    assert!(rest.into_iter().eq(last - 4..=last));
    Ok(())
}

#[tokio::test]
async fn batches_by_keys_of_two_columns() -> Test {
    let place = library().await?;
    let db = &place.db;
    let spots = (0..1_000).map(|at| {
        Spot::create()
            .row(at / 13)
            .seat(i16::try_from(at % 13).unwrap_or(0))
            .taken(at % 2 > 0)
    });
    Spot::create_many(spots).save(db).await?;
    let taken = || Spot::query().filter(Spot::taken.eq(true));
    let found: Vec<Vec<Spot>> = taken().in_batches(7).stream(db).try_collect().await?;
    assert!(found.iter().rev().skip(1).all(|it| it.len() == 7));
    let expected = taken().order_by((Spot::row, Spot::seat)).all(db).await?;
    assert_eq!(found.concat(), expected);
    let behind: Vec<Vec<Spot>> = taken()
        .in_batches(600)
        .after((40, 6))
        .stream(db)
        .try_collect()
        .await?;
    let is_behind = |it: &Spot| (it.row, it.seat) > (40, 6);
    assert!(
        behind
            .concat()
            .iter()
            .eq(expected.iter().filter(|it| is_behind(it)))
    );
    // As many rows as fit exactly: the last batch is none that is empty.
    let whole: Vec<Vec<Spot>> = taken().in_batches(250).stream(db).try_collect().await?;
    assert_eq!(whole.iter().map(Vec::len).collect::<Vec<_>>(), [250, 250]);
    Ok(())
}

#[tokio::test]
async fn batches_that_have_no_meaning_are_refused_before_any_statement() -> Test {
    let place = library().await?;
    let refused = [
        (
            Shelf::query().order_by(Shelf::label).in_batches(9),
            ".order_by(..)",
        ),
        (Shelf::query().limit(10).in_batches(9), ".limit(..)"),
        (Shelf::query().offset(10).in_batches(9), ".offset(..)"),
        (Shelf::query().distinct().in_batches(9), ".distinct()"),
        (Shelf::query().in_batches(0), "one row at least"),
    ];
    for (batches, word) in refused {
        let error = batches.stream(&place.db).next().await.expect("an error");
        let error = error.expect_err("refused");
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(word), "{error}");
    }
    place.log.assert_count(0);
    Ok(())
}

// The statement stops with the stream, and what it read is all that it sent.
#[tokio::test]
async fn a_dropped_stream_stops_its_statement() -> Test {
    only_on_a_server!();
    let place = library().await?;
    // Long enough to be sent at once.
    let slow = raw_expr::<Shelf>("pg_sleep(0.05)::text || repeat('x', 20000)");
    let slow = slow.value::<String>();
    let mut rows = Shelf::query()
        .values((slow, Shelf::label))
        .stream(&place.db);
    within(rows.next()).await.expect("a row")?;
    drop(rows);
    let running = "SELECT count(*) FROM pg_stat_activity \
            WHERE state = 'active' AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()";
    for _ in 0..100 {
        let count: i64 = orm::raw::raw_sql(running).scalar(&place.db).await?;
        if count == 0 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Err("it still runs".into())
}

#[tokio::test]
async fn the_deadline_of_a_statement_is_that_of_the_stream() -> Test {
    only_on_a_server!();
    let place = library().await?;
    let config = place
        .config()?
        .statement_deadline(Duration::from_millis(300));
    let db = Db::connect(config.pool(PoolOptions::new().max(1))).await?;
    let slow = raw_expr::<Shelf>("pg_sleep(0.05)::text").value::<String>();
    let rows = Shelf::query().values((slow, Shelf::label)).stream(&db);
    let error = within(rows.try_for_each(|_| async { Ok(()) }))
        .await
        .expect_err("too slow");
    assert!(error.is_timeout(), "{error}");
    assert_eq!(within(Shelf::query().count(&db)).await?, i64::from(SHELVES));
    // Of a tree each batch has its own: its reader may take longer.
    let mut seen = 0;
    let trees = Shelf::query().include(Shelf::books);
    let done = trees.for_each_async(&db, async |_| -> orm::Result<()> {
        seen += 1;
        if seen % 400 == 0 {
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    });
    assert_eq!(within(done).await?, u64::try_from(SHELVES)?);
    Ok(())
}
