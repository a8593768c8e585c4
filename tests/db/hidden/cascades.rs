//! What a delete does to rows that refer to the marked ones, and a restore undoes.

use std::time::Duration;

use orm::prelude::*;
use orm::raw::raw_sql;

use super::{
    Author, Blog, Card, Comment, Contract, Note, Pen, Post, Tag, Tagging, blog, bodies, titles,
};
use crate::database::{Test, with_models};

/// How long a statement may wait for another.
const LIMIT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_cascade_marks_all_that_is_below_and_a_restore_brings_it_back() -> Test {
    let Blog { place, ann, a, .. } = blog().await?;
    let db = &place.db;
    Card::create().author_id(ann.id).save(db).await?;
    ann.delete(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["c"]);
    assert_eq!(Comment::query().count(db).await?, 0);
    assert_eq!(Card::query().count(db).await?, 0);
    assert_eq!(Tagging::query().count(db).await?, 0);
    assert_eq!(Tag::query().count(db).await?, 2);
    let back = ann.restore(db).await?;
    assert_eq!(back.deleted_at, None);
    assert_eq!(titles(Post::query(), db).await?, ["a", "b", "c"]);
    assert_eq!(bodies(Comment::query(), db).await?, ["x", "y"]);
    assert_eq!(Card::query().count(db).await?, 1);
    assert_eq!(a.related(Post::tags).count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_below_have_the_moment_of_their_delete() -> Test {
    let Blog { place, ann, x, .. } = blog().await?;
    let db = &place.db;
    ann.delete(db).await?;
    let ann = Author::find(ann.id).with_deleted().one(db).await?;
    let x = Comment::find(x.id).with_deleted().one(db).await?;
    assert_eq!(ann.deleted_at, x.deleted_at);
    Ok(())
}

#[tokio::test]
async fn what_was_marked_before_stays_marked() -> Test {
    let Blog {
        place,
        ann,
        a,
        b,
        x,
        ..
    } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    x.delete(db).await?;
    ann.delete(db).await?;
    ann.restore(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["a", "c"]);
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    a.delete(db).await?;
    assert_eq!(Comment::query().count(db).await?, 0);
    a.restore(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    Ok(())
}

// `now()` is one moment there.
#[tokio::test]
async fn deletes_of_one_transaction_are_told_apart() -> Test {
    let Blog {
        place, ann, b, x, ..
    } = blog().await?;
    let db = &place.db;
    let tx = db.begin().await?;
    x.delete(&tx).await?;
    b.delete(&tx).await?;
    ann.delete(&tx).await?;
    tx.commit().await?;
    ann.restore(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["a", "c"]);
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    x.restore(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["x", "y"]);
    Ok(())
}

// Moments are equal where a clock stands still or was set back; ours never are.
#[tokio::test]
async fn a_delete_takes_no_moment_that_a_row_beside_it_has() -> Test {
    let Blog {
        place, ann, b, x, ..
    } = blog().await?;
    let db = &place.db;
    let ahead = Utc::now() + chrono::TimeDelta::days(1);
    let marked = Post::query().with_deleted().filter(Post::id.eq(b.id));
    marked
        .update()
        .set(Post::removed_at, ahead)
        .save(db)
        .await?;
    ann.delete(db).await?;
    ann.restore(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["a", "c"]);
    // A child that is marked after its parent came to have a moment of its own.
    let marked = Post::find(b.id).only_deleted();
    assert_eq!(
        marked.one(db).await?.removed_at.map(|it| it.timestamp()),
        Some(ahead.timestamp())
    );
    x.delete(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    Ok(())
}

#[tokio::test]
async fn what_was_restored_and_marked_again_is_not_part_of_the_first_delete() -> Test {
    let Blog { place, a, x, y, .. } = blog().await?;
    let db = &place.db;
    a.delete(db).await?;
    x.restore(db).await?;
    x.delete(db).await?;
    a.restore(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    x.restore(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["x", "y"]);
    y.delete(db).await?;
    assert_eq!(bodies(Comment::query(), db).await?, ["x"]);
    Ok(())
}

#[tokio::test]
async fn rows_without_a_mark_stay_and_have_their_parent_again() -> Test {
    let Blog { place, ann, .. } = blog().await?;
    let db = &place.db;
    let note = Note::create().author_id(ann.id).save(db).await?;
    ann.delete(db).await?;
    assert_eq!(note.refresh(db).await?, note);
    let lonely = Note::query().include(Note::author).one(db).await?;
    assert_eq!(lonely.author, None);
    ann.restore(db).await?;
    let back = Note::query().include(Note::author).one(db).await?;
    assert_eq!(back.author.map(|it| it.id), Some(ann.id));
    Ok(())
}

#[tokio::test]
async fn set_null_empties_the_key() -> Test {
    let Blog { place, ann, .. } = blog().await?;
    let db = &place.db;
    let pen = Pen::create().author_id(ann.id).save(db).await?;
    ann.delete(db).await?;
    assert_eq!(pen.refresh(db).await?.author_id, None);
    ann.restore(db).await?;
    assert_eq!(pen.refresh(db).await?.author_id, None);
    Ok(())
}

#[tokio::test]
async fn restrict_refuses_while_there_are_rows_that_are_not_marked() -> Test {
    let Blog { place, ann, .. } = blog().await?;
    let db = &place.db;
    let contract = Contract::create().author_id(ann.id).save(db).await?;
    let error = ann.delete(db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(
        error.to_string(),
        "Author: id is still referred to by rows of Contract (constraint `contracts_author_id_fkey`)"
    );
    assert_eq!(error.model(), Some("Author"));
    let many = Author::query().all_rows().delete().run(db).await;
    assert!(many.unwrap_err().is_foreign_key_violation());
    assert_eq!(Author::query().count(db).await?, 2);
    assert_eq!(Post::query().count(db).await?, 3);
    contract.delete(db).await?;
    ann.delete(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["c"]);
    Ok(())
}

#[tokio::test]
async fn a_refusal_below_undoes_everything() -> Test {
    let place = with_models(orm::models![Folder, Sheet]).await?;
    let db = &place.db;
    let root = Folder::create().save(db).await?;
    let inner = Folder::create().parent_id(root.id).save(db).await?;
    Sheet::create().folder_id(inner.id).save(db).await?;
    let tx = db.begin().await?;
    assert!(
        root.delete(&tx)
            .await
            .unwrap_err()
            .is_foreign_key_violation()
    );
    // The transaction goes on.
    assert_eq!(Folder::query().count(&tx).await?, 2);
    tx.commit().await?;
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "folders", soft_delete)]
#[association(belongs_to, as = "parent", model = Folder, foreign_key = "parent_id", on_delete = "cascade")]
#[association(has_many, as = "folders", model = Folder, foreign_key = "parent_id")]
#[association(has_many, as = "sheets", model = Sheet, foreign_key = "folder_id")]
struct Folder {
    #[column(primary_key, auto_increment)]
    id: i32,
    parent_id: Option<i32>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sheets")]
#[association(belongs_to, as = "folder", model = Folder, foreign_key = "folder_id")]
struct Sheet {
    #[column(primary_key, auto_increment)]
    id: i32,
    folder_id: i32,
}

#[tokio::test]
async fn a_tree_of_any_depth_and_a_circle_are_marked_together() -> Test {
    let place = with_models(orm::models![Folder, Sheet]).await?;
    let db = &place.db;
    let root = Folder::create().save(db).await?;
    let mut last = root.clone();
    for _ in 0..20 {
        last = Folder::create().parent_id(last.id).save(db).await?;
    }
    // The root is in what is in it.
    let root = root
        .update()
        .set(Folder::parent_id, last.id)
        .save(db)
        .await?;
    root.delete(db).await?;
    assert_eq!(Folder::query().count(db).await?, 0);
    root.restore(db).await?;
    assert_eq!(Folder::query().count(db).await?, 21);
    Ok(())
}

#[tokio::test]
async fn a_row_may_refer_to_itself() -> Test {
    let place = with_models(orm::models![Folder, Sheet]).await?;
    let db = &place.db;
    let own = Folder::create().save(db).await?;
    let own = own.update().set(Folder::parent_id, own.id).save(db).await?;
    own.delete(db).await?;
    assert_eq!(Folder::query().count(db).await?, 0);
    assert_eq!(own.restore(db).await?, own);
    Ok(())
}

// Two deletes share a child: the one that marked it brings it back.
#[tokio::test]
async fn the_delete_that_marked_a_row_brings_it_back() -> Test {
    let Blog { place, a, red, .. } = blog().await?;
    let db = &place.db;
    red.delete(db).await?;
    a.delete(db).await?;
    red.restore(db).await?;
    // Both are needed for the pair to be seen: the post is marked still.
    assert_eq!(
        Tagging::query()
            .filter(Tagging::tag_id.eq(red.id))
            .count(db)
            .await?,
        1
    );
    a.restore(db).await?;
    assert_eq!(a.related(Post::tags).count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_child_that_is_added_while_its_parent_is_marked_waits() -> Test {
    only_on_a_server!();
    let Blog { place, a, .. } = blog().await?;
    let db = &place.db;
    let tx = db.begin().await?;
    let late = a
        .related(Post::comments)
        .create()
        .body("later")
        .save(&tx)
        .await?;
    let deleting = tokio::spawn({
        let (a, db) = (a.clone(), db.clone());
        async move { a.delete(&db).await }
    });
    // It waits for the row that refers to it, and marks it then.
    waits(db).await?;
    tx.commit().await?;
    tokio::time::timeout(LIMIT, deleting).await???;
    assert!(late.refresh(db).await.unwrap_err().is_not_found());
    assert_eq!(Comment::query().count(db).await?, 0);
    Ok(())
}

/// Until some statement waits for a lock.
async fn waits(db: &Db) -> Test {
    const WAITING: &str = "SELECT count(*) FROM pg_stat_activity \
                           WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let until = async {
        while raw_sql(WAITING).scalars::<i64>(db).await? == [0] {
            tokio::task::yield_now().await;
        }
        Ok(())
    };
    tokio::time::timeout(LIMIT, until).await?
}
