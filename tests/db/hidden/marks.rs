//! Marking one row, bringing it back, removing it for good.

use orm::prelude::*;

use super::{Author, Blog, Comment, Post, blog, comment, titles};
use crate::database::{Test, with_models};

#[tokio::test]
async fn a_delete_marks_the_row_and_moves_its_update_time() -> Test {
    let Blog { place, bob, .. } = blog().await?;
    let db = &place.db;
    bob.related(Author::posts).one(db).await?.delete(db).await?;
    bob.delete(db).await?;
    assert!(bob.refresh(db).await.unwrap_err().is_not_found());
    let marked = Author::find(bob.id).with_deleted().one(db).await?;
    assert_eq!(marked.name, "Bob");
    assert!(marked.deleted_at.is_some());
    assert!(marked.updated_at > bob.updated_at);
    assert_eq!(marked.created_at, bob.created_at);
    Ok(())
}

#[tokio::test]
async fn a_row_to_which_none_refers_is_marked_by_one_statement() -> Test {
    let Blog { place, y, .. } = blog().await?;
    y.delete(&place.db).await?;
    assert_eq!(place.log.statements().len(), 1);
    Ok(())
}

#[tokio::test]
async fn the_first_moment_is_kept() -> Test {
    let Blog { place, y, .. } = blog().await?;
    let db = &place.db;
    y.delete(db).await?;
    let first = Comment::find(y.id).with_deleted().one(db).await?;
    let again = y.delete(db).await.unwrap_err();
    assert!(again.is_not_found(), "{again}");
    let all = Comment::query().with_deleted().filter(Comment::id.eq(y.id));
    assert_eq!(all.delete().run(db).await?, 0);
    assert_eq!(Comment::find(y.id).with_deleted().one(db).await?, first);
    Ok(())
}

#[tokio::test]
async fn a_write_or_a_lock_by_key_to_a_marked_row_is_not_found() -> Test {
    let Blog { place, a, y, .. } = blog().await?;
    let db = &place.db;
    y.delete(db).await?;
    let written = y.update().set(Comment::body, "new").save(db).await;
    let error = written.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.to_string(), format!("Comment {} not found", y.id));
    let nothing = y.update().set_if_some(Comment::body, None::<&str>);
    assert!(nothing.save(db).await.unwrap_err().is_not_found());
    let pointed = y.related(Comment::post).set(&a, db).await;
    assert!(pointed.unwrap_err().is_not_found());
    let cleared = y.related(Comment::post).clear(db).await;
    assert!(cleared.unwrap_err().is_not_found());
    let body = Comment::find(y.id).with_deleted().one(db).await?.body;
    assert_eq!(body, "y");
    Ok(())
}

#[tokio::test]
async fn a_marked_row_is_not_locked() -> Test {
    only_on_a_server!();
    let Blog { place, y, .. } = blog().await?;
    let db = &place.db;
    y.delete(db).await?;
    let tx = db.begin().await?;
    let locked = Comment::find(y.id).for_update().one(&tx).await;
    assert!(locked.unwrap_err().is_not_found());
    let locked = Comment::find(y.id)
        .with_deleted()
        .for_update()
        .one(&tx)
        .await?;
    assert_eq!(locked.id, y.id);
    tx.rollback().await?;
    Ok(())
}

#[tokio::test]
async fn a_restore_brings_the_row_back_and_returns_it() -> Test {
    let Blog { place, b, .. } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["a", "c"]);
    let back = b.restore(db).await?;
    assert_eq!(back, b);
    assert_eq!(titles(Post::query(), db).await?, ["a", "b", "c"]);
    Ok(())
}

#[tokio::test]
async fn a_restore_of_a_row_that_is_not_marked_is_not_found() -> Test {
    let Blog { place, a, y, .. } = blog().await?;
    let db = &place.db;
    assert!(a.restore(db).await.unwrap_err().is_not_found());
    assert!(y.restore(db).await.unwrap_err().is_not_found());
    y.delete_for_good(db).await?;
    assert!(y.restore(db).await.unwrap_err().is_not_found());
    Ok(())
}

#[tokio::test]
async fn a_row_goes_for_good_whether_it_is_marked_or_not() -> Test {
    let Blog { place, x, y, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    x.delete_for_good(db).await?;
    y.delete_for_good(db).await?;
    assert_eq!(Comment::query().with_deleted().count(db).await?, 0);
    assert!(y.delete_for_good(db).await.unwrap_err().is_not_found());
    Ok(())
}

#[tokio::test]
async fn what_is_removed_for_good_is_left_to_the_database() -> Test {
    let Blog { place, a, .. } = blog().await?;
    let db = &place.db;
    a.delete(db).await?;
    a.delete_for_good(db).await?;
    // Its comments went with it: `on_delete = "cascade"`.
    assert_eq!(Comment::query().with_deleted().count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_row_may_be_marked_in_a_transaction_that_fails() -> Test {
    let Blog { place, a, .. } = blog().await?;
    let db = &place.db;
    let tx = db.begin().await?;
    a.delete(&tx).await?;
    assert_eq!(Comment::query().count(&tx).await?, 0);
    tx.rollback().await?;
    assert_eq!(Comment::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_created_marked_is_not_seen() -> Test {
    let Blog { place, a, .. } = blog().await?;
    let db = &place.db;
    let gone = a.related(Post::comments).create().body("gone");
    let gone = gone.deleted_at(Utc::now()).save(db).await?;
    assert!(gone.refresh(db).await.unwrap_err().is_not_found());
    comment(&a, "there", db).await?;
    assert_eq!(Comment::query().count(db).await?, 3);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "jars", model = Jar, foreign_key = "shelf_id")]
struct Shelf {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "jars", soft_delete, timestamps)]
#[association(belongs_to, as = "shelf", model = Shelf, foreign_key = "shelf_id")]
struct Jar {
    #[column(primary_key, auto_increment)]
    id: i32,
    shelf_id: i32,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

type Deleting<'a> = std::pin::Pin<Box<dyn Future<Output = orm::Result<()>> + Send + 'a>>;
type Way = for<'a> fn(&'a Shelf, &'a Jar, &'a Db) -> Deleting<'a>;

/// Every way to delete a row, by what it is called.
const WAYS: [(&str, Way); 8] = [
    ("row.delete", |_, jar, db| Box::pin(jar.delete(db))),
    ("query.delete", |_, jar, db| {
        Box::pin(async move {
            let it = Jar::query().filter(Jar::id.eq(jar.id));
            it.delete().run(db).await.map(drop)
        })
    }),
    ("delete_many", |_, jar, db| {
        Box::pin(Jar::delete_many([jar]).run(db))
    }),
    ("delete_keys", |_, jar, db| {
        Box::pin(Jar::delete_keys([jar.id]).run(db))
    }),
    ("related.delete", |shelf, jar, db| {
        Box::pin(async move { shelf.related(Shelf::jars).delete([jar], db).await })
    }),
    ("related.delete_keys", |shelf, jar, db| {
        Box::pin(async move { shelf.related(Shelf::jars).delete_keys([jar.id], db).await })
    }),
    ("change.delete", |shelf, jar, db| {
        let change = shelf.related(Shelf::jars).change().delete([jar]);
        Box::pin(async move { change.save(db).await.map(drop) })
    }),
    ("change.delete_keys", |shelf, jar, db| {
        let change = shelf.related(Shelf::jars).change().delete_keys([jar.id]);
        Box::pin(async move { change.save(db).await.map(drop) })
    }),
];

#[tokio::test]
async fn every_way_to_delete_keeps_the_first_moment_and_moves_the_update_time() -> Test {
    let place = with_models(orm::models![Shelf, Jar]).await?;
    let db = &place.db;
    let shelf = Shelf::create().save(db).await?;
    for (name, way) in WAYS {
        let jar = shelf.related(Shelf::jars).create().save(db).await?;
        way(&shelf, &jar, db).await?;
        let marked = Jar::find(jar.id).with_deleted().one(db).await?;
        assert!(marked.deleted_at.is_some(), "{name}");
        assert!(marked.updated_at > jar.updated_at, "{name}");
        assert_eq!(marked.created_at, jar.created_at, "{name}");
        // Once more it is not there; by a query that is no error.
        let again = way(&shelf, &jar, db).await;
        assert_eq!(again.is_ok(), name == "query.delete", "{name}");
        let now = Jar::find(jar.id).with_deleted().one(db).await?;
        assert_eq!(now, marked, "{name}");
    }
    Ok(())
}
