//! Rows that are written, overwritten, paired and removed.

use orm::prelude::*;
use rust_decimal::Decimal;

use crate::alike;
use crate::models::{Author, Book, BookTag, Tag};
use crate::place::{Test, filled};

#[tokio::test]
async fn updates_and_deletes() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().filter(Book::author.exists()).update().set(Book::amount, Book::amount + 1).save(db);
        Book::query().filter(Book::id.eq(1)).update().set(Book::price, Book::price * Decimal::new(1005, 3)).returning(db);
        Book::query().filter(Book::id.eq(1)).update().set(Book::price, Decimal::new(12345, 3)).returning(db);
        Book::query().filter(Book::id.eq(2)).update().set(Book::amount, Book::amount * i32::MAX).save(db);
        Book::query().filter(Book::tags.is_empty()).delete().returning(db);
        Book::query().order_by(Book::id).all(db);
        Author::query().filter(Author::id.eq(1)).delete().run(db);
        Book::query().count(db);
        BookTag::query().count(db);
    }
    place.agree()
}

#[tokio::test]
async fn upserts_tell_new_rows_from_old_ones() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Tag::upsert(Tag::create().id(7).name("new")).on(Tag::name).save(db);
        Tag::upsert(Tag::create().id(7).name("newer")).on_key().save(db);
        Tag::upsert(Tag::create().id(7).name("red")).on_key().save(db);
        Tag::upsert(Tag::create().id(8).name("newer")).on(Tag::name).or_ignore(db);
        Tag::upsert(Tag::create().id(9).name("other")).on(Tag::name).or_ignore(db);
        Tag::query().order_by(Tag::id).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn many_rows_are_written_or_none() -> Test {
    let place = filled().await?;
    let many = |from: i32, name: &'static str| {
        (from..from + 300).map(move |id| Tag::create().id(id).name(format!("{name}{id}")))
    };
    alike! { place, db:
        Tag::create_many(many(100, "t")).save(db);
        Tag::create_many(many(350, "u")).save(db);
        Tag::query().count(db);
    }
    place.agree()
}

#[tokio::test]
async fn pairs_are_made_once_and_taken_out() -> Test {
    let place = filled().await?;
    for (name, db) in [("PostgreSQL", &place.postgres), ("SQLite", &place.sqlite)] {
        let book = Book::find(1).one(db).await?;
        let tags = Tag::query().order_by(Tag::id).all(db).await?;
        book.related(Book::tags).add(&tags, db).await?;
        book.related(Book::tags).add(&tags[..1], db).await?;
        assert_eq!(book.related(Book::tags).count(db).await?, 3, "{name}");
        book.related(Book::tags).remove(&tags[..1], db).await?;
        assert_eq!(book.related(Book::tags).count(db).await?, 2, "{name}");
        book.related(Book::tags).set(&tags[2..], db).await?;
        let left = book.related(Book::tags).all(db).await?;
        assert_eq!(
            left.iter().map(|tag| tag.id).collect::<Vec<_>>(),
            [3],
            "{name}"
        );
        let stranger = Tag {
            id: 77,
            ..tags[0].clone()
        };
        assert!(
            book.related(Book::tags).add([&stranger], db).await.is_err(),
            "{name}"
        );
        assert_eq!(book.related(Book::tags).count(db).await?, 1, "{name}");
    }
    place.agree()
}
