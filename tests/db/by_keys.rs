//! Rows that come to belong to a row, or go, by their keys alone: as a form names them.

use std::time::Duration;

use orm::exec::PoolOptions;
use orm::prelude::*;
use orm::query::Filter;
use orm_testkit::LatencyProxy;

use crate::database::{Place, Test, on_a_file, with_models, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Desk")]
#[association(has_many, as = "books", model = Book, foreign_key = ("floor", "desk_no"))]
#[association(has_one, as = "lamp", model = Lamp, foreign_key = ("floor", "desk_no"))]
#[association(many_to_many, as = "tags", model = Tag, through = "desk_tags", foreign_key = ("floor", "desk_no"), other_key = "word", target_key = "word")]
#[association(many_to_many, as = "read", model = Book, through = "readings", foreign_key = ("floor", "desk_no"), other_key = "book_id")]
struct Desk {
    #[column(primary_key)]
    floor: i32,
    #[column(primary_key)]
    no: i32,
}

/// Not every book is to be seen.
fn lent() -> Filter<Book> {
    Book::title.ne("hidden")
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order", soft_delete, default_scope = lent)]
#[association(belongs_to, as = "desk", model = Desk, foreign_key = ("floor", "desk_no"))]
#[association(many_to_many, as = "readers", model = Desk, through = "readings", foreign_key = "book_id", other_key = ("floor", "desk_no"))]
#[association(has_many, as = "pins", model = Pin, foreign_key = "to_id", polymorphic = Pinned)]
struct Book {
    #[column(primary_key)]
    id: i32,
    title: String,
    floor: Option<i32>,
    desk_no: Option<i32>,
    #[column(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
}

/// What it is paired by is not what it is known by.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "desks", model = Desk, through = "desk_tags", foreign_key = "word", other_key = ("floor", "desk_no"), source_key = "word")]
#[association(has_many, as = "pins", model = Pin, foreign_key = "to_id", polymorphic = Pinned)]
struct Tag {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    word: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lamps")]
#[association(belongs_to, as = "desk", model = Desk, foreign_key = ("floor", "desk_no"))]
struct Lamp {
    #[column(primary_key)]
    id: i32,
    floor: Option<i32>,
    desk_no: Option<i32>,
}

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Pinned {
    Tag(Tag),
    Book(Book),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pins")]
#[association(belongs_to, as = "to", polymorphic = Pinned, foreign_key = "to_id", type_column = "to_type")]
struct Pin {
    #[column(primary_key)]
    id: i32,
    to_type: PinnedType,
    to_id: i32,
}

/// Two desks; books 1 and 2 are of the first, 3 is of the second, 4 and 5 are free, 6 is
/// marked as deleted, 7 is not to be seen; there are tags and lamps.
async fn room() -> Test<(Place, Desk, Desk)> {
    let place = with_models(orm::models![Desk, Book, Tag, Lamp, Pin]).await?;
    let db = &place.db;
    let desk = |no| Desk::create().floor(1).no(no).save(db);
    let (a, b) = (desk(1).await?, desk(2).await?);
    let books = (1..8).map(|id| {
        let title = if id == 7 { "hidden" } else { "shown" };
        let desk_no = [None, Some(1), Some(1), Some(2), None, None, None, None][id as usize];
        let book = Book::create().id(id).title(title);
        book.floor(desk_no.map(|_| 1)).desk_no(desk_no)
    });
    let books = Book::create_many(books.collect::<Vec<_>>())
        .save(db)
        .await?;
    books[5].delete(db).await?;
    let tags = [(1, "red"), (2, "blue"), (3, "ünï")];
    let tags = tags.map(|(id, word)| Tag::create().id(id).word(word));
    Tag::create_many(tags).save(db).await?;
    Lamp::create_many([1, 2].map(|id| Lamp::create().id(id)))
        .save(db)
        .await?;
    Ok((place, a, b))
}

async fn books(desk: &Desk, db: &Db) -> orm::Result<Vec<i32>> {
    let books = desk.related(Desk::books).order_by(Book::id);
    books.values(Book::id).all(db).await
}

async fn words(desk: &Desk, db: &Db) -> orm::Result<Vec<String>> {
    let tags = desk.related(Desk::tags).order_by(Tag::id);
    tags.values(Tag::word).all(db).await
}

#[tokio::test]
async fn changes_take_keys_beside_rows() -> Test {
    let (place, a, _) = room().await?;
    let db = &place.db;
    let four = Book::find(4).one(db).await?;
    let changed = a
        .related(Desk::books)
        .change()
        .delete_keys([1])
        .remove_keys([2])
        .add([&four])
        .add_keys([5, 5])
        .create(|book| [book().id(9).title("new")])
        .save(db)
        .await?;
    assert_eq!(changed.created.len(), 1);
    assert_eq!(books(&a, db).await?, [4, 5, 9]);
    let two = Book::find(2).one(db).await?;
    assert_eq!((two.desk_no, two.version), (None, 1));
    // It is marked, and not gone.
    assert_eq!(Book::find(1).with_deleted().count(db).await?, 1);
    // Written since the program read it: a key says no version.
    a.related(Desk::books)
        .change()
        .remove_keys([4])
        .save(db)
        .await?;
    // Of another row it is taken over where that is asked for.
    a.related(Desk::books)
        .change()
        .adopt_keys([3])
        .save(db)
        .await?;
    assert_eq!(books(&a, db).await?, [3, 5, 9]);
    Ok(())
}

#[tokio::test]
async fn a_key_that_cannot_be_meant_is_told_by_its_number_and_nothing_is_written() -> Test {
    let (place, a, b) = room().await?;
    let db = &place.db;
    let change = || {
        let change = a.related(Desk::books).change();
        change.create(|book| [book().id(9).title("new")])
    };
    // There is none, it is marked, it is not to be seen.
    for missing in [99, 6, 7] {
        let all = [
            change().add_keys([4, missing]),
            change().adopt_keys([4, missing]),
            change().remove_keys([1, missing]),
            change().delete_keys([1, missing]),
        ];
        for refused in all {
            let error = refused.save(db).await.unwrap_err();
            assert!(error.is_not_found(), "{missing}: {error}");
            assert_eq!(error.row(), Some(1));
        }
    }
    // It is another desk's, or nobody's.
    let all = [
        change().add_keys([4, 3]),
        change().remove_keys([1, 4]),
        change().delete_keys([1, 3]),
    ];
    for refused in all {
        let error = refused.save(db).await.unwrap_err();
        assert!(error.is_not_related(), "{error}");
        assert_eq!(error.row(), Some(1));
    }
    // Rows and keys are counted together.
    let one = Book::find(1).one(db).await?;
    let error = change().delete([&one]).delete_keys([2, 3]).save(db).await;
    assert_eq!(error.unwrap_err().row(), Some(2));
    // Of one at most there is one.
    let two = a
        .related(Desk::lamp)
        .change()
        .add_keys([1, 2])
        .save(db)
        .await;
    assert!(two.unwrap_err().is_already_related());
    a.related(Desk::lamp)
        .change()
        .add_keys([1])
        .save(db)
        .await?;
    let second = a.related(Desk::lamp).change().add_keys([2]).save(db).await;
    assert!(second.unwrap_err().is_already_related());
    a.related(Desk::lamp)
        .change()
        .remove_keys([1])
        .add_keys([2])
        .save(db)
        .await?;
    assert_eq!(a.related(Desk::lamp).one(db).await?.id, 2);
    assert_eq!(
        (books(&a, db).await?, books(&b, db).await?),
        (vec![1, 2], vec![3])
    );
    // As members of a batch, too.
    let changes = [a.related(Desk::books).change().add_keys([4, 99])];
    let error = db
        .batch(changes.into_iter().collect::<Vec<_>>())
        .await
        .unwrap_err();
    assert_eq!((error.member(), error.row()), (Some(0), Some(1)));
    Ok(())
}

#[tokio::test]
async fn pairs_are_made_and_taken_apart_by_keys() -> Test {
    let (place, a, b) = room().await?;
    let db = &place.db;
    a.related(Desk::tags).add_keys([1, 3], db).await?;
    assert_eq!(words(&a, db).await?, ["red", "ünï"]);
    a.related(Desk::tags).set_keys([3, 2], db).await?;
    a.related(Desk::tags).remove_keys([3], db).await?;
    assert_eq!(words(&a, db).await?, ["blue"]);
    let missing = a
        .related(Desk::tags)
        .add_keys([1, 99], db)
        .await
        .unwrap_err();
    assert!(missing.is_not_found(), "{missing}");
    assert_eq!(missing.row(), Some(1));
    let other = b
        .related(Desk::tags)
        .change()
        .remove_keys([2])
        .save(db)
        .await;
    assert!(other.unwrap_err().is_not_related());
    let change = a.related(Desk::tags).change();
    change.add_keys([1]).remove_keys([2]).save(db).await?;
    assert_eq!(words(&a, db).await?, ["red"]);
    a.related(Desk::tags)
        .set_keys(Vec::<i32>::new(), db)
        .await?;
    assert!(words(&a, db).await?.is_empty());
    // Of those that are paired by their primary key none is read.
    place.log.clear();
    a.related(Desk::read).add_keys([1, 3], db).await?;
    place.log.assert_count(1);
    for hidden in [6, 7, 99] {
        let error = a.related(Desk::read).add_keys([hidden], db).await;
        assert!(error.unwrap_err().is_not_related(), "{hidden}");
    }
    assert_eq!(a.related(Desk::read).count(db).await?, 2);
    let book = Book::find(3).one(db).await?;
    book.related(Book::readers)
        .remove_keys([(1, 1)], db)
        .await?;
    assert_eq!(a.related(Desk::read).count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn methods_take_keys_in_place_of_rows() -> Test {
    let (place, a, b) = room().await?;
    let db = &place.db;
    a.related(Desk::books).add_keys([4], db).await?;
    a.related(Desk::books).set_keys([4, 5, 1], db).await?;
    assert_eq!(books(&a, db).await?, [1, 4, 5]);
    a.related(Desk::books).remove_keys([1], db).await?;
    a.related(Desk::books).delete_keys([4], db).await?;
    a.related(Desk::books).adopt_keys([3], db).await?;
    assert_eq!(books(&a, db).await?, [3, 5]);
    for refused in [6, 7, 99] {
        let add = a.related(Desk::books).add_keys([2, refused], db).await;
        let adopt = a.related(Desk::books).adopt_keys([2, refused], db).await;
        let remove = a.related(Desk::books).remove_keys([5, refused], db).await;
        let delete = a.related(Desk::books).delete_keys([5, refused], db).await;
        let set = a.related(Desk::books).set_keys([2, refused], db).await;
        for error in [add, adopt, remove, delete, set] {
            let error = error.unwrap_err();
            assert!(error.is_not_related(), "{refused}: {error}");
        }
    }
    assert_eq!(books(&a, db).await?, [3, 5]);
    // The row itself refers to another one.
    let book = Book::find(5).one(db).await?;
    let book = book.related(Book::desk).set_key((1, 2), db).await?;
    assert_eq!(book.related(Book::desk).one(db).await?, b);
    let nowhere = book.related(Book::desk).set_key((1, 9), db).await;
    assert!(nowhere.unwrap_err().is_foreign_key_violation());
    Ok(())
}

#[tokio::test]
async fn a_row_of_one_of_several_models_is_named_by_its_key() -> Test {
    let (place, _, _) = room().await?;
    let db = &place.db;
    let tag = Tag::find(1).one(db).await?;
    let pin = tag.related(Tag::pins).create().id(1).save(db).await?;
    let pin = Pin::to.set_key::<Book>(&pin, 2, db).await?;
    assert_eq!((pin.to_type, pin.to_id), (PinnedType::Book, 2));
    for hidden in [6, 7, 99] {
        let error = Pin::to.set_key::<Book>(&pin, hidden, db).await;
        assert!(error.unwrap_err().is_not_related(), "{hidden}");
    }
    let error = Pin::to.set_key::<Tag>(&pin, 2_000, db).await;
    assert!(error.unwrap_err().is_not_related());
    tag.related(Tag::pins)
        .change()
        .adopt_keys([1])
        .save(db)
        .await?;
    let pin = pin.refresh(db).await?;
    assert_eq!((pin.to_type, pin.to_id), (PinnedType::Tag, 1));
    Ok(())
}

#[tokio::test]
async fn keys_cost_no_round_trip_more_than_rows() -> Test {
    only_on_a_server!();
    let (place, a, _) = room().await?;
    let proxy = LatencyProxy::start(orm_testkit::server()?.address(), Duration::from_millis(5))?;
    let config = place.config_via(proxy.local_addr())?;
    let db = Db::connect(config.pool(PoolOptions::new().max(1))).await?;
    // What is sent for the first time is prepared.
    let (mut changes, mut adds) = (0, 0);
    for _ in 0..2 {
        let before = proxy.round_trips();
        let change = a.related(Desk::books).change();
        change.remove_keys([1]).add_keys([4, 5]).save(&db).await?;
        changes = proxy.round_trips() - before;
        let back = a.related(Desk::books).change();
        back.remove_keys([4, 5]).add_keys([1]).save(&db).await?;
        let before = proxy.round_trips();
        a.related(Desk::books).add_keys([4], &db).await?;
        adds = proxy.round_trips() - before;
        a.related(Desk::books).remove_keys([4], &db).await?;
    }
    assert_eq!((changes, adds), (3, 2));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "drawers")]
#[association(has_many, as = "labels", model = Label, foreign_key = "drawer_id")]
struct Drawer {
    #[column(primary_key)]
    id: i32,
}

/// Its key has one value in capitals and in small letters.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "labels")]
#[association(belongs_to, as = "drawer", model = Drawer, foreign_key = "drawer_id")]
struct Label {
    #[column(primary_key)]
    word: String,
    drawer_id: Option<i32>,
}

// The database compares such keys by another rule than their spelling.
#[tokio::test]
async fn a_key_that_is_spelled_otherwise_means_its_row() -> Test {
    let key = match on_a_file() {
        true => "text COLLATE NOCASE",
        false => "text COLLATE letters",
    };
    let collation = match on_a_file() {
        true => "",
        false => {
            "CREATE COLLATION letters (provider = icu, locale = 'und-u-ks-level2', deterministic = false);"
        }
    };
    let place = with_tables(&format!(
        "{collation}
         CREATE TABLE drawers (id integer PRIMARY KEY);
         CREATE TABLE labels (word {key} PRIMARY KEY, drawer_id integer REFERENCES drawers (id));
         INSERT INTO drawers VALUES (1), (2);
         INSERT INTO labels VALUES ('Red', 1), ('Blue', 1), ('Green', 2), ('Grey', NULL)"
    ))
    .await?;
    let db = &place.db;
    let drawer = Drawer::find(1).one(db).await?;
    let words = async || {
        let rows = Label::query().order_by(Label::word).all(db).await?;
        let rows = rows.into_iter().map(|it| (it.word, it.drawer_id));
        Ok::<_, orm::Error>(rows.collect::<Vec<_>>())
    };
    let change = drawer.related(Drawer::labels).change();
    change
        .delete_keys(["RED"])
        .add_keys(["GREY"])
        .save(db)
        .await?;
    let is = |word: &str, drawer| (word.to_owned(), Some(drawer));
    assert_eq!(
        words().await?,
        [is("Blue", 1), is("Green", 2), is("Grey", 1)]
    );
    // One that belongs elsewhere is told, however it is spelled.
    let change = drawer.related(Drawer::labels).change();
    let error = change
        .delete_keys(["blue", "GREEN"])
        .save(db)
        .await
        .unwrap_err();
    assert_eq!(
        (error.is_not_related(), error.row()),
        (true, Some(1)),
        "{error}"
    );
    assert_eq!(words().await?.len(), 3);
    Ok(())
}
