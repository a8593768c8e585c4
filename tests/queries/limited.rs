//! What is asked before `.values(..)` chooses the rows, what is asked after is
//! about the values.

use orm::prelude::*;
use orm::query::{count, row_number};

use crate::database::{Test, filled};
use crate::models::Post;

#[tokio::test]
async fn an_aggregate_sees_the_rows_that_a_limit_leaves() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let two = || Post::query().order_by(Post::id).limit(2);
    assert_eq!(two().values(count()).one(db).await?, two().count(db).await?);
    assert_eq!(two().values(count()).one(db).await?, 2);
    assert_eq!(two().values(Post::id.sum()).one(db).await?, Some(3));
    let later = || Post::query().order_by(Post::id.desc()).offset(3);
    assert_eq!(
        later().values(count()).one(db).await?,
        later().count(db).await?
    );
    assert_eq!(later().values(Post::id.max()).one(db).await?, Some(2));
    let none = Post::query().offset(9).values((count(), Post::id.max()));
    assert_eq!(none.one(db).await?, (0, None));
    let sorted = Post::query().order_by(Post::id).values(count());
    assert_eq!(sorted.one(db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn a_limit_after_is_about_groups() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let before = Post::query().order_by(Post::id).limit(3);
    let groups = before
        .values((Post::amount, count()))
        .group_by(Post::amount)
        .order_by(Post::amount);
    assert_eq!(groups.all(db).await?, [(-10, 1), (10, 2)]);
    let after = Post::query()
        .values((Post::amount, count()))
        .group_by(Post::amount)
        .order_by(Post::amount);
    assert_eq!(after.clone().limit(1).all(db).await?, [(-10, 1)]);
    assert_eq!(after.limit(1).offset(1).all(db).await?, [(7, 2)]);
    Ok(())
}

#[tokio::test]
async fn values_row_by_row_keep_the_order_and_the_plain_statement() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let two = || Post::query().order_by(Post::id.desc()).limit(2);
    let flat = two().values((Post::id, Post::tags.count()));
    assert!(!flat.to_sql().contains("FROM ("), "{}", flat.to_sql());
    assert_eq!(flat.all(db).await?, [(5, 0), (4, 2)]);
    let numbered = two().values((
        Post::id,
        row_number().over((), Post::id),
        count().over((), ()),
    ));
    assert_eq!(numbered.all(db).await?, [(5, 2, 2), (4, 1, 2)]);
    let sorted_again = two().values(Post::id).order_by(Post::id);
    assert_eq!(sorted_again.all(db).await?, [4, 5]);
    let fewer = two().values(Post::id).limit(1);
    assert_eq!(fewer.all(db).await?, [5]);
    let no_more = two().values(Post::id).limit(4);
    assert_eq!(no_more.all(db).await?, [5, 4]);
    let distinct = two().values(Post::amount).distinct();
    assert_eq!(distinct.all(db).await?, [7]);
    Ok(())
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post)]
struct Amount {
    amount: i32,
}

#[tokio::test]
async fn distinct_rows_are_counted_by_what_they_show() -> Test {
    let place = filled().await?;
    let amounts = || Post::query().select::<Amount>().distinct();
    let all = amounts().order_by(Post::amount).all(&place.db).await?;
    assert_eq!(all.len(), 3);
    assert_eq!(amounts().count(&place.db).await?, 3);
    assert!(amounts().offset(2).exists(&place.db).await?);
    assert!(!amounts().offset(3).exists(&place.db).await?);
    assert!(Post::query().distinct().offset(4).exists(&place.db).await?);
    Ok(())
}

#[derive(Projection, Debug, PartialEq)]
#[projection(model = Post)]
struct Total {
    #[projection(value = count())]
    posts: i64,
}

#[tokio::test]
async fn a_shape_of_aggregates_is_one_row_however_it_is_asked_for() -> Test {
    let db = &filled().await?.db;
    let total = || Post::query().select::<Total>();
    let nobody = || total().filter(Post::id.gt(99));
    assert_eq!(total().all(db).await?, [Total { posts: 5 }]);
    assert_eq!(total().count(db).await?, 1);
    assert_eq!(nobody().all(db).await?, [Total { posts: 0 }]);
    assert_eq!(nobody().count(db).await?, 1);
    assert!(nobody().exists(db).await?);
    assert_eq!(nobody().first(db).await?, Some(Total { posts: 0 }));
    Ok(())
}

#[tokio::test]
async fn the_first_of_distinct_rows_is_the_first_that_they_show() -> Test {
    let db = &filled().await?.db;
    let amounts = Post::query().select::<Amount>().distinct();
    assert_eq!(amounts.first(db).await?, Some(Amount { amount: -10 }));
    Ok(())
}
