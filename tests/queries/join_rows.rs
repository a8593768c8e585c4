//! A condition on the row of a join table is one of the join model, not of the
//! other side.

use orm::prelude::*;

use crate::database::{Test, filled};
use crate::models::{Post, PostTag, Tag};

async fn ids(place: &crate::database::Place, filter: orm::query::Filter<Post>) -> Test<Vec<i32>> {
    let posts = Post::query().filter(filter).order_by(Post::id);
    Ok(posts.values(Post::id).all(&place.db).await?)
}

#[tokio::test]
async fn through_the_other_side_any_join_row_of_it_will_do() -> Test {
    let place = filled().await?;
    let noted = || PostTag::note.eq("x");
    let own = ids(&place, Post::post_tags.any(noted())).await?;
    assert_eq!(own, [1, 2]);
    // Post 4 has the first tag, which post 1 has under that note.
    let anybody_s = ids(&place, Post::tags.any(Tag::post_tags.any(noted()))).await?;
    assert_eq!(anybody_s, [1, 2, 4]);
    let blue = PostTag::tag.is(Tag::title.eq("blue"));
    let own = ids(&place, Post::post_tags.any(noted().and(blue))).await?;
    assert_eq!(own, [2]);
    let loaded = Post::find(4).include(Post::tags.filter(Tag::post_tags.any(noted())));
    let tags = loaded.one(&place.db).await?.tags;
    assert_eq!(tags.iter().map(|tag| tag.id).collect::<Vec<_>>(), [1]);
    Ok(())
}
