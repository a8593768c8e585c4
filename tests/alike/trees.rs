//! Include trees, one statement per level on SQLite.

use orm::prelude::*;

use crate::alike;
use crate::models::{Author, Book, Chapter, Tag};
use crate::place::{Test, filled};

#[tokio::test]
async fn trees_are_the_same() -> Test {
    let place = filled().await?;
    for (name, db) in [("PostgreSQL", &place.postgres), ("SQLite", &place.sqlite)] {
        let authors = Author::query()
            .include(
                Author::books
                    .include(Book::tags)
                    .include(Book::chapters.include(Chapter::pages)),
            )
            .order_by(Author::id)
            .all(db)
            .await?;
        let shape: Vec<_> = authors
            .iter()
            .map(|author| {
                let books = author.books.iter().map(|book| {
                    let tags: Vec<_> = book.tags.iter().map(|tag| tag.name.as_str()).collect();
                    let chapters = book.chapters.iter();
                    let pages: Vec<_> = chapters
                        .map(|it| (it.chapter.as_str(), it.pages.len()))
                        .collect();
                    (book.id, tags, pages)
                });
                (author.id, books.collect::<Vec<_>>())
            })
            .collect();
        let expected = vec![
            (
                1,
                vec![
                    (1, vec!["red", "green"], vec![("a", 2), ("b", 1)]),
                    (2, vec!["green"], vec![("a", 1)]),
                ],
            ),
            (2, vec![(3, vec![], vec![])]),
            (3, vec![]),
        ];
        assert_eq!(shape, expected, "{name}");
    }
    place.agree()
}

#[tokio::test]
async fn so_many_of_each_parent() -> Test {
    let place = filled().await?;
    for (name, db) in [("PostgreSQL", &place.postgres), ("SQLite", &place.sqlite)] {
        let chapters = Book::chapters
            .order_by(Chapter::length.desc())
            .limit(1)
            .offset(1);
        let books = Book::query()
            .include(chapters)
            .include(
                Book::tags
                    .filter(Tag::name.ne("x"))
                    .order_by(Tag::name)
                    .limit(1),
            )
            .order_by(Book::id.desc())
            .all(db)
            .await?;
        let shape: Vec<_> = books
            .iter()
            .map(|book| {
                let chapter = book.chapters.first().map(|it| it.chapter.as_str());
                let tag = book.tags.first().map(|it| it.name.as_str());
                (book.id, book.chapters.len(), chapter, tag)
            })
            .collect();
        let expected = [
            (4, 1, Some("z"), Some("blue")),
            (3, 0, None, None),
            (2, 0, None, Some("green")),
            (1, 1, Some("a"), Some("green")),
        ];
        assert_eq!(shape, expected, "{name}");
    }
    place.agree()
}

#[tokio::test]
async fn in_a_transaction_and_for_a_row_at_hand() -> Test {
    let place = filled().await?;
    for (name, db) in [("PostgreSQL", &place.postgres), ("SQLite", &place.sqlite)] {
        let tags = db
            .transaction(async |tx| {
                let book = Book::find(1).include(Book::author).one(tx).await?;
                assert_eq!(book.author.as_ref().map(|it| it.name.as_str()), Some("ann"));
                let book = Book::find(1).one(tx).await?;
                book.related(Book::tags).order_by(Tag::name).all(tx).await
            })
            .await?;
        let names: Vec<_> = tags.iter().map(|tag| tag.name.as_str()).collect();
        assert_eq!(names, ["green", "red"], "{name}");
    }
    alike! { place, db:
        Chapter::query().filter(Chapter::pages.any(crate::models::Page::id.gt(3))).order_by(Chapter::book_id).all(db);
    }
    place.agree()
}
