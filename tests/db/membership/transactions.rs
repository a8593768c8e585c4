//! A write of an association that fails leaves nothing behind, and the
//! transaction it ran in goes on.

use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(has_many, as = "notes", model = Note, foreign_key = "book_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "book_tags", foreign_key = "book_id", other_key = "tag_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "book", model = Book, foreign_key = "book_id", on_delete = "set_null")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i32,
    book_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "books", model = Book, through = "book_tags", foreign_key = "tag_id", other_key = "book_id")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    name: String,
}

struct Shelf {
    place: Place,
    book: Book,
    note: Note,
    tag: Tag,
    gone: Tag,
    /// Of another book.
    stranger: Note,
}

async fn shelf() -> Test<Shelf> {
    let place = with_models(orm::models![Book, Note, Tag]).await?;
    let db = &place.db;
    let book = Book::create().save(db).await?;
    let other = Book::create().save(db).await?;
    let note = book.related(Book::notes).create().save(db).await?;
    let stranger = other.related(Book::notes).create().save(db).await?;
    let tag = Tag::create().name("a").save(db).await?;
    book.related(Book::tags).add([&tag], db).await?;
    let gone = Tag {
        id: 99,
        name: "gone".into(),
    };
    Ok(Shelf {
        book,
        note,
        tag,
        gone,
        stranger,
        place,
    })
}

/// In a transaction a call fails; what was written before it and after it is kept.
macro_rules! fails_and_goes_on {
    ($name:ident, |$shelf:ident, $tx:ident| $call:expr) => {
        #[tokio::test]
        async fn $name() -> Test {
            let $shelf = &shelf().await?;
            let db = &$shelf.place.db;
            let error = db
                .transaction(async |$tx| -> orm::Result<_> {
                    Book::create().save($tx).await?;
                    let error = $call.await.map(drop).unwrap_err();
                    Book::create().save($tx).await?;
                    Ok(error)
                })
                .await?;
            assert!(!error.is_transaction_aborted(), "{error}");
            assert_eq!(Book::query().count(db).await?, 4, "{error}");
            let book = &$shelf.book;
            assert_eq!(
                book.related(Book::notes).all(db).await?,
                std::slice::from_ref(&$shelf.note)
            );
            assert_eq!(
                book.related(Book::tags).all(db).await?,
                std::slice::from_ref(&$shelf.tag)
            );
            assert_eq!($shelf.stranger.refresh(db).await?, $shelf.stranger);
            assert_eq!(
                (
                    Note::query().count(db).await?,
                    Tag::query().count(db).await?
                ),
                (2, 1)
            );
            Ok(())
        }
    };
}

fails_and_goes_on!(adding_pairs, |shelf, tx| shelf
    .book
    .related(Book::tags)
    .add([&shelf.tag, &shelf.gone], tx));
fails_and_goes_on!(setting_pairs, |shelf, tx| shelf
    .book
    .related(Book::tags)
    .set([&shelf.gone], tx));
fails_and_goes_on!(removing_pairs, |shelf, tx| shelf
    .book
    .related(Book::tags)
    .remove([&shelf.tag, &shelf.gone], tx));
fails_and_goes_on!(creating_behind_a_pair, |shelf, tx| shelf
    .book
    .related(Book::tags)
    .create(Tag::create().name("a"), tx));
fails_and_goes_on!(adding_rows, |shelf, tx| shelf
    .book
    .related(Book::notes)
    .add([&shelf.note, &shelf.stranger], tx));
fails_and_goes_on!(setting_rows, |shelf, tx| shelf
    .book
    .related(Book::notes)
    .set([&shelf.stranger], tx));
fails_and_goes_on!(removing_rows, |shelf, tx| shelf
    .book
    .related(Book::notes)
    .remove([&shelf.note, &shelf.stranger], tx));
fails_and_goes_on!(deleting_rows, |shelf, tx| shelf
    .book
    .related(Book::notes)
    .delete([&shelf.note, &shelf.stranger], tx));
fails_and_goes_on!(adopting_rows, |shelf, tx| shelf
    .book
    .related(Book::notes)
    .adopt(
        [
            &shelf.stranger,
            &Note {
                id: 99,
                book_id: None
            }
        ],
        tx
    ));
fails_and_goes_on!(pointing_elsewhere, |shelf, tx| shelf
    .note
    .related(Note::book)
    .set(&Book { id: 99 }, tx));
fails_and_goes_on!(creating_what_is_pointed_at, |shelf, tx| shelf
    .note
    .related(Note::book)
    .create(Book::create().id(shelf.book.id), tx));
fails_and_goes_on!(clearing_a_row_that_is_gone, |shelf, tx| Note {
    id: 99,
    ..shelf.note.clone()
}
.related(Note::book)
.clear(tx));
