//! Updates, deletes and restores of the rows of a query.

use orm::prelude::*;

use super::{Author, Blog, Comment, Post, blog, bodies, titles};
use crate::database::Test;

#[tokio::test]
async fn an_update_of_many_rows_skips_marked_ones() -> Test {
    let Blog { place, b, .. } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    let liked = Post::query().all_rows().update().set(Post::likes, 1);
    assert_eq!(liked.save(db).await?, 2);
    let liked = Post::query().all_rows().update().set(Post::likes, 2);
    assert_eq!(liked.returning(db).await?.len(), 2);
    assert_eq!(Post::find(b.id).only_deleted().one(db).await?.likes, 0);
    let marked = Post::query().only_deleted().all_rows();
    assert_eq!(marked.update().set(Post::likes, 3).save(db).await?, 1);
    let likes = Post::query().filter(Post::likes.eq(3)).count(db).await?;
    assert_eq!(likes, 0);
    Ok(())
}

#[tokio::test]
async fn a_delete_of_many_rows_leaves_alone_what_was_marked_before() -> Test {
    let Blog { place, b, x, .. } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    x.delete(db).await?;
    let x = Comment::find(x.id).with_deleted().one(db).await?;
    let all = || Post::query().with_deleted().all_rows();
    assert_eq!(all().delete().run(db).await?, 2);
    assert_eq!(Comment::find(x.id).with_deleted().one(db).await?, x);
    // All that is marked comes back, with what its own delete marked.
    assert_eq!(all().restore().run(db).await?, 3);
    assert_eq!(bodies(Comment::query(), db).await?, ["y"]);
    assert_eq!(Comment::find(x.id).with_deleted().one(db).await?, x);
    Ok(())
}

#[tokio::test]
async fn a_delete_of_many_rows_marks_them_and_what_goes_with_them() -> Test {
    let Blog { place, ann, .. } = blog().await?;
    let db = &place.db;
    let of_ann = Post::query().filter(Post::author_id.eq(ann.id));
    assert_eq!(of_ann.clone().delete().run(db).await?, 2);
    assert_eq!(titles(Post::query(), db).await?, ["c"]);
    assert_eq!(bodies(Comment::query(), db).await?, NONE);
    assert_eq!(of_ann.clone().delete().run(db).await?, 0);
    assert_eq!(of_ann.restore().run(db).await?, 2);
    assert_eq!(titles(Post::query(), db).await?, ["a", "b", "c"]);
    assert_eq!(bodies(Comment::query(), db).await?, ["x", "y"]);
    Ok(())
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn marked_rows_come_back_as_they_are() -> Test {
    let Blog { place, a, b, .. } = blog().await?;
    let db = &place.db;
    let of_ann = || Post::query().filter(Post::id.in_([a.id, b.id]));
    let marked = of_ann().delete().returning(db).await?;
    assert_eq!(marked.len(), 2);
    assert!(marked.iter().all(|post| post.removed_at.is_some()));
    // One delete has one moment.
    assert_eq!(marked[0].removed_at, marked[1].removed_at);
    let back = of_ann().restore().returning(db).await?;
    assert!(back.iter().all(|post| post.removed_at.is_none()));
    assert_eq!(back.len(), 2);
    Ok(())
}

#[tokio::test]
async fn every_row_is_said_out_loud() -> Test {
    let Blog { place, .. } = blog().await?;
    let db = &place.db;
    let all = Post::query().filter(Post::id.not_in([0; 0]));
    assert!(all.clone().delete().run(db).await.is_err());
    assert!(all.clone().restore().run(db).await.is_err());
    assert!(all.delete_for_good().run(db).await.is_err());
    assert_eq!(Post::query().count(db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn rows_go_for_good_that_the_query_sees() -> Test {
    let Blog { place, x, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    let marked = Comment::query().only_deleted().all_rows();
    assert_eq!(marked.delete_for_good().run(db).await?, 1);
    assert_eq!(bodies(Comment::query().with_deleted(), db).await?, ["y"]);
    let live = Comment::query().all_rows().delete_for_good();
    assert_eq!(live.returning(db).await?.len(), 1);
    assert_eq!(Comment::query().with_deleted().count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_filter_on_an_association_chooses_what_is_marked() -> Test {
    let Blog { place, .. } = blog().await?;
    let db = &place.db;
    let of_ann = Post::author.is(Author::name.eq("Ann"));
    assert_eq!(Post::query().filter(of_ann).delete().run(db).await?, 2);
    assert_eq!(titles(Post::query(), db).await?, ["c"]);
    Ok(())
}
