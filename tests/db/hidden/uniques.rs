//! Unique values that rows have unless they are marked as deleted.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::FoundOrBuilt;

use super::{Author, Blog, blog};
use crate::database::{Test, with_models};

#[tokio::test]
async fn a_value_can_be_used_again_once_its_row_is_marked() -> Test {
    let Blog { place, .. } = blog().await?;
    let db = &place.db;
    let email = "zoe@example.org";
    let zoe = Author::create().name("Zoe").email(email.to_owned());
    let zoe = zoe.save(db).await?;
    let second = || {
        Author::create()
            .name("Zoe II")
            .email(email.to_owned())
            .save(db)
    };
    let error = second().await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Author"), &["email"][..])
    );
    zoe.delete(db).await?;
    let second = second().await?;
    let found = Author::find_by(Author::email, email.to_owned())
        .one(db)
        .await?;
    assert_eq!(found, second);
    // The first cannot come back now.
    let error = zoe.restore(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    second.delete(db).await?;
    zoe.restore(db).await?;
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "rooms_of_houses",
    soft_delete,
    unique(columns = (house, number), unless_deleted),
    index(columns = (house), unless_deleted)
)]
struct HouseRoom {
    #[column(primary_key, auto_increment)]
    id: i32,
    house: i32,
    number: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn several_columns_are_unique_unless_deleted() -> Test {
    let place = with_models(orm::models![HouseRoom]).await?;
    let db = &place.db;
    let room = || HouseRoom::create().house(1).number(2).save(db);
    let first = room().await?;
    let error = room().await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["house", "number"]);
    first.delete(db).await?;
    room().await?;
    Ok(())
}

#[tokio::test]
async fn migrations_know_such_an_index() -> Test {
    let place = with_models(orm::models![HouseRoom]).await?;
    let sql = orm::ddl::sql(orm::models![HouseRoom]);
    assert!(
        sql.contains(
            r#"CREATE UNIQUE INDEX "rooms_of_houses_house_number_key" ON "rooms_of_houses" ("house", "number") WHERE "deleted_at" IS NULL"#
        ),
        "{sql}"
    );
    let report = place.db.create_missing(orm::models![HouseRoom]).await?;
    assert!(report.is_in_step(), "{report}");
    Ok(())
}

/// Its rows are found by a slug that marked rows keep.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pages", soft_delete)]
struct Page {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    slug: String,
    text: String,
    deleted_at: Option<DateTime<Utc>>,
}

macro_rules! page {
    ($slug:literal, $text:literal) => {
        Page::create().slug($slug).text($text)
    };
}

#[tokio::test]
async fn an_upsert_that_meets_a_marked_row_says_so() -> Test {
    let place = with_models(orm::models![Page]).await?;
    let db = &place.db;
    let first = page!("a", "old").save(db).await?;
    first.delete(db).await?;
    let error = Page::upsert(page!("a", "new"))
        .on(Page::slug)
        .save(db)
        .await
        .unwrap_err();
    assert!(error.is_hidden(), "{error}");
    assert_eq!(error.model(), Some("Page"));
    let error = Page::upsert(page!("a", "new"))
        .on(Page::slug)
        .or_ignore(db)
        .await;
    assert!(error.unwrap_err().is_hidden());
    let error = Page::upsert(page!("a", "new"))
        .on(Page::slug)
        .or_find(db)
        .await;
    assert!(error.unwrap_err().is_hidden());
    let error = Page::find_or_build(page!("a", "new"))
        .on(Page::slug)
        .one(db)
        .await;
    assert!(error.unwrap_err().is_hidden());
    let many = || Page::upsert_many([page!("b", "new"), page!("a", "new")]).on(Page::slug);
    let error = many().save(db).await.unwrap_err();
    assert!(error.is_hidden(), "{error}");
    assert_eq!(error.row(), Some(1));
    assert!(many().or_ignore(db).await.unwrap_err().is_hidden());
    let all = Page::query().with_deleted();
    assert_eq!(all.one(db).await?.text, "old", "nothing is written");
    Ok(())
}

#[tokio::test]
async fn an_upsert_revives_where_it_is_asked_to() -> Test {
    let place = with_models(orm::models![Page]).await?;
    let db = &place.db;
    let first = page!("a", "old").save(db).await?;
    first.delete(db).await?;
    let again = Page::upsert(page!("a", "new")).on(Page::slug).reviving();
    let again = again.save(db).await?;
    assert!(again.updated);
    assert_eq!((again.row.id, again.row.deleted_at), (first.id, None));
    assert_eq!(Page::query().one(db).await?.text, "new");
    first.delete(db).await?;
    let many = Page::upsert_many([page!("a", "newer"), page!("b", "first")]);
    let many = many.on(Page::slug).reviving().save(db).await?;
    let created: Vec<bool> = many.iter().map(|it| it.created).collect();
    assert_eq!(created, [false, true]);
    assert_eq!(Page::query().count(db).await?, 2);
    // What leaves a row alone revives none.
    let found = Page::upsert(page!("a", "x")).on(Page::slug).reviving();
    assert_eq!(
        found.or_find(db).await.unwrap_err().kind(),
        ErrorKind::Usage
    );
    Ok(())
}

#[tokio::test]
async fn an_upsert_by_a_value_that_is_unique_unless_deleted() -> Test {
    let Blog { place, .. } = blog().await?;
    let db = &place.db;
    let zoe = || {
        Author::create()
            .name("Zoe")
            .email("zoe@example.org".to_owned())
    };
    let first = Author::upsert(zoe()).on(Author::email).save(db).await?;
    assert!(first.created);
    let again = Author::upsert(zoe()).on(Author::email).save(db).await?;
    assert!(again.updated);
    first.row.delete(db).await?;
    // The marked row is no obstacle.
    let built = Author::find_or_build(zoe())
        .on(Author::email)
        .one(db)
        .await?;
    assert!(matches!(built, FoundOrBuilt::Built(_)));
    let second = Author::upsert(zoe()).on(Author::email).save(db).await?;
    assert!(second.created);
    assert_ne!(second.row.id, first.row.id);
    Ok(())
}

#[tokio::test]
async fn many_rows_are_updated_that_are_not_marked() -> Test {
    let place = with_models(orm::models![Page]).await?;
    let db = &place.db;
    let (a, b) = (
        page!("a", "a").save(db).await?,
        page!("b", "b").save(db).await?,
    );
    b.delete(db).await?;
    let both = [&a, &b].map(|page| page.update().set(Page::text, "new"));
    let error = Page::update_many(both).save(db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.row(), Some(1));
    assert_eq!(a.refresh(db).await?.text, "a");
    Ok(())
}
