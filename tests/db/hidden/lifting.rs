//! What is lifted, is lifted in its place and nowhere else.

use orm::prelude::*;

use super::{Author, Blog, Comment, Post, blog, titles};
use crate::database::Test;

const NONE: [&str; 0] = [];

#[tokio::test]
async fn marked_rows_are_seen_where_it_is_asked_for() -> Test {
    let Blog { place, b, .. } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    assert_eq!(titles(Post::query(), db).await?, ["a", "c"]);
    assert_eq!(
        titles(Post::query().with_deleted(), db).await?,
        ["a", "b", "c"]
    );
    assert_eq!(titles(Post::query().only_deleted(), db).await?, ["b"]);
    assert_eq!(Post::query().only_deleted().count(db).await?, 1);
    assert!(Post::find(b.id).only_deleted().exists(db).await?);
    // The last word counts.
    let last = Post::query().only_deleted().with_deleted();
    assert_eq!(last.count(db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn a_lift_of_the_root_does_not_reach_its_includes() -> Test {
    let Blog { place, a, x, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    a.delete(db).await?;
    let all = Post::query().with_deleted().include(Post::comments);
    let all = all.order_by(Post::title).all(db).await?;
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|post| post.comments.is_empty()));
    let lifted = Post::query()
        .with_deleted()
        .include(Post::comments.with_deleted().order_by(Comment::body));
    let lifted = lifted.order_by(Post::title).all(db).await?;
    assert_eq!(lifted[0].comments.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_lift_of_an_include_does_not_reach_other_levels_nor_the_roots() -> Test {
    let Blog {
        place, ann, b, y, ..
    } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    y.delete(db).await?;
    let lifted = || {
        let posts = Author::posts.with_deleted().order_by(Post::title);
        Author::query().include(posts.include(Post::comments))
    };
    let authors = lifted().order_by(Author::name).all(db).await?;
    let shown: Vec<_> = authors[0]
        .posts
        .iter()
        .map(|it| it.title.as_str())
        .collect();
    assert_eq!(shown, ["a", "b"]);
    assert_eq!(authors[0].posts[0].comments.len(), 1);
    assert_eq!(lifted().count(db).await?, 2);
    for post in ann.related(Author::posts).all(db).await? {
        post.delete(db).await?;
    }
    ann.delete(db).await?;
    let authors = lifted().all(db).await?;
    assert_eq!(authors.len(), 1, "an include never changes the roots");
    Ok(())
}

#[tokio::test]
async fn only_marked_rows_of_an_include() -> Test {
    let Blog { place, a, x, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    let post = Post::find(a.id).include(Post::comments.only_deleted());
    let post = post.one(db).await?;
    let shown: Vec<_> = post.comments.iter().map(|it| it.body.as_str()).collect();
    assert_eq!(shown, ["x"]);
    let loaded = Post::comments.only_deleted().load_for([&a], db).await?;
    assert_eq!(loaded[0].len(), 1);
    let loaded = Post::comments.with_deleted().load_for([&a], db).await?;
    assert_eq!(loaded[0].len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_lift_holds_with_limits_orders_and_statements_of_their_own() -> Test {
    let Blog { place, a, x, y, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    let first = |include: orm::query::Include<_, _, _>| {
        Post::find(a.id).include(include.order_by(Comment::body).limit(1))
    };
    let shown = first(Post::comments.together()).one(db).await?;
    assert_eq!(shown.comments, std::slice::from_ref(&y));
    let shown = first(Post::comments.separate()).one(db).await?;
    assert_eq!(shown.comments, [y]);
    let shown = first(Post::comments.separate().with_deleted())
        .one(db)
        .await?;
    assert_eq!(shown.comments[0].body, "x");
    let shown = first(Post::comments.together().with_deleted())
        .one(db)
        .await?;
    assert_eq!(shown.comments[0].body, "x");
    Ok(())
}

#[tokio::test]
async fn a_lift_does_not_reach_conditions_nor_counts() -> Test {
    let Blog { place, a, x, y, .. } = blog().await?;
    let db = &place.db;
    x.delete(db).await?;
    y.delete(db).await?;
    let commented = Post::query().with_deleted().filter(Post::comments.exists());
    assert_eq!(titles(commented, db).await?, NONE);
    let counts = Post::query().with_deleted().order_by(Post::title);
    let counts = counts.values((Post::title, Post::comments.count()));
    assert_eq!(counts.all(db).await?[0], ("a".to_owned(), 0));
    assert_eq!(a.related(Post::comments).count(db).await?, 0);
    // Required parents are those with a row that the include loads.
    let required = Post::query().include(Post::comments.required());
    assert_eq!(required.count(db).await?, 0);
    let required = Post::query().include(Post::comments.with_deleted().required());
    assert_eq!(required.count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn the_text_says_what_is_seen() -> Test {
    let seen = Comment::query().to_sql();
    assert!(seen.ends_with(r#" WHERE "deleted_at" IS NULL"#), "{seen}");
    let all = Comment::query().with_deleted().to_sql();
    assert!(all.ends_with(r#" FROM "comments""#), "{all}");
    let marked = Comment::query()
        .only_deleted()
        .filter(Comment::body.eq("x"));
    let marked = marked.to_sql();
    let expected = r#" WHERE "deleted_at" IS NOT NULL AND ("body" = $1)"#;
    assert!(marked.ends_with(expected), "{marked}");
    Ok(())
}
