//! Writes that show no rows are refused before anything is sent, unless it is said that
//! no hook is to be called.

use orm::error::{Error, ErrorKind};

use super::*;

/// Fails unless it was refused without a statement; the message.
fn refused(error: &Error, model: &str, place: &Place) -> String {
    assert_eq!(
        (error.kind(), error.model()),
        (ErrorKind::Usage, Some(model)),
        "{error}"
    );
    place.log.assert_count(0);
    error.to_string()
}

#[tokio::test]
async fn filter_updates_and_deletes() -> Test {
    let place = place().await?;
    let db = &place.db;
    item("a", db).await?;
    let rows = || Item::query().filter(Item::name.eq("a"));
    place.log.clear();
    let error = rows()
        .update()
        .set(Item::stock, 1)
        .save(db)
        .await
        .unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and an update of all rows that pass a filter cannot show them its rows: read the \
         rows and use `update_many`, or say `.without_hooks()`"
    );
    let error = rows().update().set(Item::stock, 1).returning(db).await;
    refused(&error.unwrap_err(), "Item", &place);
    let error = rows().delete().run(db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and a delete of all rows that pass a filter cannot show them its rows: read the \
         rows and use `delete_many`, or say `.without_hooks()`"
    );
    refused(
        &rows().delete().returning(db).await.unwrap_err(),
        "Item",
        &place,
    );
    refused(
        &rows().delete_for_good().run(db).await.unwrap_err(),
        "Item",
        &place,
    );
    let error = Item::delete_keys([1]).run(db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and a delete by keys cannot show them its rows: give the rows to `delete_many`, \
         or say `.without_hooks()`"
    );
    refused(&rows().restore().run(db).await.unwrap_err(), "Item", &place);
    refused(
        &rows().restore().returning(db).await.unwrap_err(),
        "Item",
        &place,
    );

    let update = rows().update().set(Item::stock, 1).without_hooks();
    assert_eq!(update.save(db).await?, 1);
    assert_eq!(rows().delete().without_hooks().run(db).await?, 1);
    assert_eq!(rows().restore().without_hooks().run(db).await?, 1);
    assert_eq!(rows().delete_for_good().without_hooks().run(db).await?, 1);
    assert!(lines(db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn copy() -> Test {
    let place = place().await?;
    let db = &place.db;
    place.log.clear();
    let rows = || ["a", "b"].map(|name| Item::create().name(name));
    let error = Item::copy_in(rows()).save(db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and a copy cannot show them its rows: use `create_many`, or say `.without_hooks()`"
    );
    assert_eq!(Item::copy_in(rows()).without_hooks().save(db).await?, 2);
    assert!(lines(db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn one_row_without_hooks() -> Test {
    let place = place().await?;
    let db = &place.db;
    let row = item("a", db).await?;
    row.without_hooks().delete(db).await?;
    let row = row.without_hooks().restore(db).await?;
    row.without_hooks().delete_for_good(db).await?;
    assert!(lines(db).await?.is_empty());
    assert_eq!(Item::query().with_deleted().count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_databases_own_cascades() -> Test {
    let place = place().await?;
    let db = &place.db;
    let shelf = Shelf::create().id(1).save(db).await?;
    Item::create().name("a").shelf_id(1).save(db).await?;
    lines(db).await?;
    place.log.clear();
    let error = shelf.delete(db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and a delete of Shelf, which changes rows of Item too, cannot show them its rows: \
         change or delete the rows of Item first, or say `.without_hooks()`"
    );
    let error = Shelf::query()
        .filter(Shelf::id.eq(1))
        .delete()
        .run(db)
        .await;
    refused(&error.unwrap_err(), "Item", &place);
    shelf.without_hooks().delete(db).await?;
    assert_eq!(Item::query().count(db).await?, 0);
    assert!(lines(db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn our_own_marks() -> Test {
    let place = place().await?;
    let db = &place.db;
    db.create_missing(orm::models![Post, Comment]).await?;
    let post = Post::create().save(db).await?;
    Comment::create().post_id(post.id).save(db).await?;
    place.log.clear();
    let error = post.delete(db).await.unwrap_err();
    refused(&error, "Comment", &place);
    refused(&post.restore(db).await.unwrap_err(), "Comment", &place);
    refused(
        &post.delete_for_good(db).await.unwrap_err(),
        "Comment",
        &place,
    );
    post.without_hooks().delete(db).await?;
    assert_eq!(Comment::query().count(db).await?, 0);
    post.without_hooks().restore(db).await?;
    assert_eq!(Comment::query().count(db).await?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "posts", soft_delete)]
#[association(has_many, as = "comments", model = Comment, foreign_key = "post_id")]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "comments", soft_delete, hooks)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade")]
struct Comment {
    #[column(primary_key, auto_increment)]
    id: i32,
    post_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

impl Hooks for Comment {}

#[tokio::test]
async fn associations_that_change_keys() -> Test {
    let place = place().await?;
    let db = &place.db;
    let shelf = Shelf::create().id(1).save(db).await?;
    let row = item("a", db).await?;
    place.log.clear();
    let items = shelf.related(Shelf::items);
    let error = items.add([&row], db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Item", &place),
        "Item has hooks, and an association that changes the keys of many rows cannot show them its rows: set \
         the key with `update_many`"
    );
    refused(&items.adopt([&row], db).await.unwrap_err(), "Item", &place);
    refused(&items.set([&row], db).await.unwrap_err(), "Item", &place);
    refused(&items.remove([&row], db).await.unwrap_err(), "Item", &place);
    let by_keys = [
        items.add_keys([row.id], db).await,
        items.adopt_keys([row.id], db).await,
        items.set_keys([row.id], db).await,
        items.remove_keys([row.id], db).await,
        items.delete_keys([row.id], db).await,
    ];
    for error in by_keys {
        refused(&error.unwrap_err(), "Item", &place);
    }
    let changes = shelf.related(Shelf::items).change().add_keys([row.id]);
    refused(&changes.save(db).await.unwrap_err(), "Item", &place);
    let changes = items.change().adopt([&row]).save(db).await;
    refused(&changes.unwrap_err(), "Item", &place);
    Ok(())
}

#[tokio::test]
async fn pairs_whose_model_has_hooks() -> Test {
    let place = place().await?;
    let db = &place.db;
    let row = item("a", db).await?;
    let tag = Tag::create().id(1).save(db).await?;
    place.log.clear();
    let tags = row.related(Item::tags);
    let error = tags.add([&tag], db).await.unwrap_err();
    assert_eq!(
        refused(&error, "Tagging", &place),
        "Tagging has hooks, and an association through it cannot show them its rows: create and delete rows of \
         Tagging themselves"
    );
    refused(&tags.set([&tag], db).await.unwrap_err(), "Tagging", &place);
    refused(
        &tags.remove([&tag], db).await.unwrap_err(),
        "Tagging",
        &place,
    );
    for error in [
        tags.add_keys([1], db).await,
        tags.set_keys([1], db).await,
        tags.remove_keys([1], db).await,
    ] {
        refused(&error.unwrap_err(), "Tagging", &place);
    }
    let changes = row.related(Item::tags).change().add([&tag]).save(db).await;
    refused(&changes.unwrap_err(), "Tagging", &place);
    refused(
        &tags.create(Tag::create().id(2), db).await.unwrap_err(),
        "Tagging",
        &place,
    );
    let nested = Tag::create()
        .id(3)
        .with(Tag::items, |item| [item().name("b")]);
    refused(&nested.save(db).await.unwrap_err(), "Tagging", &place);
    Tagging::create().item_id(row.id).tag_id(1).save(db).await?;
    assert_eq!(tags.count(db).await?, 1);
    // Its rows go with the tag's, by the database.
    place.log.clear();
    refused(&tag.delete(db).await.unwrap_err(), "Tagging", &place);
    Ok(())
}
