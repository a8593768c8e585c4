//! Optimistic locking: a row with a version is written by whoever read it last.

use orm::error::ErrorKind;
use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors")]
#[association(has_many, as = "pages", model = Page, foreign_key = "author_id")]
struct Author {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Pages", timestamps)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "set_null")]
struct Page {
    #[column(primary_key)]
    id: i32,
    #[column(unique)]
    title: String,
    author_id: Option<i32>,
    #[column(version, name = "Revision")]
    revision: i16,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

async fn place() -> Test<Place> {
    with_models(orm::models![Author, Page]).await
}

async fn page(id: i32, place: &Place) -> Test<Page> {
    let page = Page::create().id(id).title(format!("p{id}"));
    Ok(page.save(&place.db).await?)
}

fn assert_stale(error: &orm::error::Error) {
    assert!(error.is_stale(), "{error}");
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Stale, Some("Page"))
    );
}

#[tokio::test]
async fn every_write_moves_the_version_and_a_stale_one_is_refused() -> Test {
    let place = place().await?;
    let db = &place.db;
    let read = page(1, &place).await?;
    assert_eq!(read.revision, 0);
    let written = read.update().set(Page::title, "a").save(db).await?;
    assert_eq!(written.revision, 1);

    let error = read
        .update()
        .set(Page::title, "b")
        .save(db)
        .await
        .unwrap_err();
    assert_stale(&error);
    assert_eq!(
        error.to_string(),
        "Page 1: the row was written by somebody else since it was read, so the update did nothing: read it \
         again, look at what changed, and decide anew"
    );
    let error = read.delete(db).await.unwrap_err();
    assert_stale(&error);
    assert_eq!(Page::find(1).one(db).await?, written);

    written.delete(db).await?;
    let error = written
        .update()
        .set(Page::title, "c")
        .save(db)
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert!(written.delete(db).await.unwrap_err().is_not_found());
    Ok(())
}

#[tokio::test]
async fn bulk_updates_and_upserts_move_it() -> Test {
    let place = place().await?;
    let db = &place.db;
    let pages = Page::create_many((1..=3).map(|id| Page::create().id(id).title(format!("p{id}"))));
    let pages = pages.save(db).await?;
    assert!(pages.iter().all(|it| it.revision == 0));
    let all = Page::query().filter(Page::id.le(2)).update();
    assert_eq!(all.set(Page::author_id, None::<i32>).save(db).await?, 2);
    let error = pages[0]
        .update()
        .set(Page::title, "x")
        .save(db)
        .await
        .unwrap_err();
    assert_stale(&error);

    let upserted = Page::upsert(Page::create().id(3).title("u"))
        .on_key()
        .save(db)
        .await?;
    assert_eq!((upserted.row.revision, upserted.created), (1, false));
    let many = [3, 4].map(|id| Page::create().id(id).title(format!("m{id}")));
    let many = Page::upsert_many(many).on_key().save(db).await?;
    assert!(many.iter().map(|it| it.row.revision).eq([2, 0]));
    Ok(())
}

#[tokio::test]
async fn of_many_the_stale_row_is_told() -> Test {
    let place = place().await?;
    let db = &place.db;
    let mut pages = Vec::new();
    for id in 1..=4 {
        pages.push(page(id, &place).await?);
    }
    pages[2].update().set(Page::title, "new").save(db).await?;
    fn titled(pages: &[Page]) -> impl Iterator<Item = orm::query::UpdateRow<'_, Page>> {
        let title = |page: &Page| format!("t{}", page.id);
        pages
            .iter()
            .map(move |page| page.update().set(Page::title, title(page)))
    }
    let error = Page::update_many(titled(&pages))
        .save(db)
        .await
        .unwrap_err();
    assert_stale(&error);
    assert_eq!(error.row(), Some(2));
    assert_eq!(
        Page::query()
            .filter(Page::title.like("t%"))
            .count(db)
            .await?,
        0
    );
    pages[2] = pages[2].refresh(db).await?;
    let written = Page::update_many(titled(&pages)).save(db).await?;
    assert!(written.iter().map(|it| it.revision).eq([1, 1, 2, 1]));
    Ok(())
}

#[tokio::test]
async fn writes_of_associations_compare_and_move_it() -> Test {
    let place = place().await?;
    let db = &place.db;
    let author = Author::create().id(1).save(db).await?;
    let (first, second) = (page(1, &place).await?, page(2, &place).await?);
    author
        .related(Author::pages)
        .add([&first, &second], db)
        .await?;
    let moved = first.refresh(db).await?;
    assert_eq!((moved.author_id, moved.revision), (Some(1), 1));

    // Each of these holds the page as it was before.
    let pages = author.related(Author::pages);
    assert_stale(&pages.add([&first], db).await.unwrap_err());
    assert_stale(&pages.adopt([&first], db).await.unwrap_err());
    assert_stale(&pages.set([&first], db).await.unwrap_err());
    assert_stale(&pages.remove([&first], db).await.unwrap_err());
    assert_stale(&pages.delete([&first], db).await.unwrap_err());
    let error = first
        .related(Page::author)
        .set(&author, db)
        .await
        .unwrap_err();
    assert_stale(&error);
    assert_stale(&first.related(Page::author).clear(db).await.unwrap_err());
    assert_eq!(pages.count(db).await?, 2);
    assert_eq!(first.refresh(db).await?, moved);

    // Who only asks compares nothing.
    assert!(pages.has(&first, db).await?);
    let cleared = moved.related(Page::author).clear(db).await?;
    assert_eq!((cleared.author_id, cleared.revision), (None, 2));
    let stranger = page(3, &place).await?;
    let error = pages.remove([&stranger], db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    pages.remove([&second.refresh(db).await?], db).await?;
    Ok(())
}

// Those that do belong are written before it is seen that one does not.
#[tokio::test]
async fn a_row_that_belongs_elsewhere_makes_the_others_not_stale() -> Test {
    let place = place().await?;
    let db = &place.db;
    let author = Author::create().id(1).save(db).await?;
    let other = Author::create().id(2).save(db).await?;
    let (free, taken) = (page(1, &place).await?, page(2, &place).await?);
    other.related(Author::pages).add([&taken], db).await?;
    let taken = taken.refresh(db).await?;
    let pages = author.related(Author::pages);
    for error in [
        pages.add([&free, &taken], db).await,
        pages.set([&free, &taken], db).await,
    ] {
        let error = error.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    pages.add([&free], db).await?;
    let mine = free.refresh(db).await?;
    for error in [
        pages.remove([&mine, &taken], db).await,
        pages.delete([&mine, &taken], db).await,
    ] {
        let error = error.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    // One that is stale is told apart still, beside one that is written.
    let error = pages.add([&mine, &page(3, &place).await?, &free], db).await;
    assert!(
        error.is_ok(),
        "a row that is given twice counts as it was given first"
    );
    let mine = mine.refresh(db).await?;
    let newer = page(4, &place).await?;
    newer.update().set(Page::title, "new").save(db).await?;
    assert_stale(&pages.add([&mine, &newer], db).await.unwrap_err());
    Ok(())
}

#[tokio::test]
async fn of_two_at_once_one_is_stale() -> Test {
    let place = place().await?;
    let read = page(1, &place).await?;
    let write = |title: &'static str| read.update().set(Page::title, title).save(&place.db);
    let (one, two) = tokio::join!(write("a"), write("b"));
    assert_eq!(usize::from(one.is_ok()) + usize::from(two.is_ok()), 1);
    let error = one.err().or(two.err()).unwrap();
    assert_stale(&error);
    assert_eq!(Page::find(1).one(&place.db).await?.revision, 1);
    Ok(())
}
