//! Text written by hand names columns so that no inner table can take the name.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::raw::raw_expr;

use crate::database::{Test, filled};
use crate::models::{Author, Post};

#[tokio::test]
async fn a_column_in_a_subquery_of_text_is_the_query_s_own() -> Test {
    let place = filled().await?;
    // `id` in the text would be the inner table's: true for every row.
    let posts_of = || {
        raw_expr("(SELECT count(*) FROM posts WHERE author_id = ")
            .column(Author::id)
            .raw(")")
            .value::<i64>()
    };
    let rows = Author::query()
        .order_by((posts_of().desc(), Author::id))
        .values((Author::id, posts_of()));
    assert_eq!(rows.all(&place.db).await?, [(1, 2), (2, 1), (3, 0), (4, 0)]);
    let idle = Author::query().filter(posts_of().eq(0));
    assert_eq!(idle.count(&place.db).await?, 2);
    let removed = Author::query().filter(posts_of().eq(0)).delete();
    assert_eq!(removed.run(&place.db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_column_of_the_model_around_is_the_nearest_one() -> Test {
    let place = filled().await?;
    // Authors who wrote beside this post another one of the same amount.
    let other = raw_expr("")
        .column(Post::amount)
        .raw(" = ")
        .outer(Post::amount)
        .raw(" AND ")
        .column(Post::id)
        .raw(" <> ")
        .outer(Post::id)
        .filter();
    let twice = Post::query().filter(Post::tags.any(crate::models::Tag::posts.any(other)));
    assert!(!twice.exists(&place.db).await?);
    let lower = || {
        raw_expr("")
            .column(Author::amount)
            .raw(" < ")
            .outer(Post::amount)
    };
    let above = Post::query().filter(Post::author.any(lower().filter()));
    let ids = above.order_by(Post::id).values(Post::id);
    assert_eq!(ids.all(&place.db).await?, [1, 3]);
    let nowhere = Author::query().filter(lower().filter());
    let error = nowhere.all(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains("outer(Post::amount)"), "{error}");
    Ok(())
}
