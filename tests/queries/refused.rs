//! Queries that compile and have no meaning: a typed error, and nothing is sent.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Expr, count, rank, row_number};
use orm::raw::raw_expr;
use rust_decimal::Decimal;

use crate::database::{Test, filled};
use crate::models::{Author, Post, Tag};

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct Numbered {
    id: i32,
    #[projection(value = row_number().over((), Post::id))]
    place: i64,
}

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct Total {
    #[projection(value = count())]
    posts: i64,
}

#[track_caller]
fn refused<T>(result: orm::Result<T>, words: &str) {
    let error = result.err().expect("an error");
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

on_a_server! {
#[tokio::test]
async fn rows_that_are_no_rows_of_a_table_cannot_be_locked() -> Test {
    let place = filled().await?;
    let tx = place.db.begin().await?;
    let posts = Post::query;
    refused(posts().distinct().for_update().all(&tx).await, "distinct()");
    refused(
        posts().distinct().for_share().first(&tx).await,
        "distinct()",
    );
    let numbered = posts().order_by(row_number().over((), Post::id));
    refused(numbered.for_update().one_or_none(&tx).await, "windows");
    let numbered = posts().select::<Numbered>().for_key_share();
    refused(numbered.all(&tx).await, "windows");
    let total = posts().select::<Total>().for_no_key_update();
    refused(total.one(&tx).await, "aggregates");
    let tree = posts().include(Post::tags);
    let numbered = tree.clone().annotate(row_number().over((), Post::id));
    refused(numbered.for_update().all(&tx).await, "windows");
    refused(tree.distinct().for_update().all(&tx).await, "distinct()");
    // Nothing was sent that would have ended the transaction.
    let few = posts().order_by(Post::id).limit(2).offset(1).for_update();
    let ids: Vec<i32> = few.all(&tx).await?.iter().map(|post| post.id).collect();
    assert_eq!(ids, [2, 3]);
    Ok(tx.rollback().await?)
}
}

#[tokio::test]
async fn distinct_rows_are_sorted_by_what_they_show() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let amounts = Post::query().values(Post::amount).distinct();
    refused(amounts.order_by(Post::id).all(db).await, "distinct()");
    let labels = Post::query().values(Post::label.coalesce("a")).distinct();
    let other = labels.order_by(Post::label.coalesce("b"));
    refused(other.all(db).await, "distinct()");
    let posts = || Post::query().distinct();
    refused(posts().order_by(Post::title.lower()).all(db).await, "show");
    assert_eq!(posts().order_by(Post::title).all(db).await?.len(), 5);
    let total = posts().select::<Total>().order_by(Post::id);
    refused(total.one(db).await, "show");
    let both = Post::query().distinct().limit(2).values(Post::amount);
    refused(both.all(db).await, "after it");
    Ok(())
}

#[tokio::test]
async fn a_column_beside_aggregates_is_grouped_by() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let both = Post::query().values((Post::title, count()));
    refused(both.clone().all(db).await, "Post: `title`");
    refused(
        both.group_by(Post::title.lower()).all(db).await,
        "Post: `title`",
    );
    let sorted = Post::query().order_by(Post::amount);
    let sorted = sorted.values(count()).group_by(Post::title);
    refused(sorted.all(db).await, "Post: `amount`");
    let kept = Post::query().values(count()).group_by(Post::title);
    refused(kept.having(Post::id.gt(1)).all(db).await, "Post: `id`");
    let related = Post::query().values((Post::tags.count(), count()));
    refused(related.group_by(Post::title).all(db).await, "Post: `id`");
    // A group of one row has one value of every column.
    let by_key = Post::query().values((Post::title, Post::tags.count(), count()));
    let rows = by_key.group_by(Post::id).order_by(Post::id).all(db).await?;
    assert_eq!(rows[0], ("First".to_owned(), 2, 1));
    Ok(())
}

#[tokio::test]
async fn an_aggregate_in_a_projection_has_one_row() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let total = || Post::query().select::<Total>();
    assert_eq!(total().one(db).await?.posts, 5);
    refused(total().limit(2).one(db).await, "values");
    let numbered = Post::query().select::<Numbered>().order_by(Post::id);
    let rows = numbered.limit(2).all(db).await?;
    let rows: Vec<(i32, i64)> = rows.iter().map(|row| (row.id, row.place)).collect();
    assert_eq!(rows, [(1, 1), (2, 2)]);
    Ok(())
}

#[tokio::test]
async fn an_order_by_an_aggregate_folds_no_rows_in_silence() -> Test {
    let place = filled().await?;
    let ids = Post::query().values(Post::id).order_by(count());
    refused(ids.all(&place.db).await, "Post: `id`");
    Ok(())
}

#[tokio::test]
async fn only_aggregates_have_a_filter_or_a_window() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let lower = || Post::title.lower();
    let filtered = lower().filter_where(Post::id.gt(1));
    refused(Post::query().values(filtered).all(db).await, "aggregates");
    let windowed = lower().over(Post::id, ());
    refused(Post::query().values(windowed).all(db).await, "aggregates");
    let raw = raw_expr("sum(amount)").value::<Option<i64>>();
    let raw = raw.filter_where(Post::id.gt(1));
    refused(Post::query().values(raw).all(db).await, "raw text");
    Ok(())
}

#[tokio::test]
async fn what_is_computed_of_rows_does_not_choose_sort_or_group_them() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let many = || count().gt(1);
    let first = || row_number().over((), Post::id).eq(1);
    refused(Post::query().filter(many()).all(db).await, "having");
    refused(Post::query().filter(first()).first(db).await, "having");
    refused(Post::query().filter(many()).count(db).await, "having");
    refused(Post::query().filter(many()).exists(db).await, "having");
    refused(
        Post::query().filter(many()).delete().run(db).await,
        "having",
    );
    let update = Post::query().filter(first()).update();
    refused(update.set(Post::amount, 1).save(db).await, "having");
    let tagged = Post::query().include(Post::tags.filter(count().gt(1)));
    refused(tagged.all(db).await, "having");
    let grouped = Post::query().values(count()).group_by(Post::id.max());
    refused(grouped.all(db).await, "grouped by");
    let having = Post::query().values(Post::id).group_by(Post::id);
    refused(having.having(first()).all(db).await, "having");
    refused(Post::query().order_by(count()).all(db).await, "sort");
    let tags = || Post::tags.count();
    let most = || Post::query().filter(tags().gt(1)).order_by(tags());
    assert_eq!(most().all(db).await?.len(), 2);
    assert_eq!(most().count(db).await?, 2);
    Ok(())
}

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct Beside {
    #[expect(dead_code)] // asked for
    id: i32,
    #[expect(dead_code)]
    #[projection(value = count())]
    posts: i64,
}

#[derive(Projection, Debug, Clone)]
#[projection(model = Tag)]
struct Tags {
    #[expect(dead_code)]
    #[projection(value = count())]
    tags: i64,
}

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct Above {
    #[expect(dead_code)]
    id: i32,
    #[expect(dead_code)]
    tags: Vec<Tags>,
}

#[derive(Projection, Debug, Clone)]
#[projection(model = Tag)]
struct TagId {
    #[expect(dead_code)]
    id: i32,
}

#[derive(Projection, Debug)]
#[projection(model = Post)]
struct Mixed {
    #[expect(dead_code)]
    #[projection(value = count())]
    posts: i64,
    #[expect(dead_code)]
    tags: Vec<TagId>,
}

#[tokio::test]
async fn aggregates_and_windows_are_not_computed_of_each_other() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let values = |expr: Expr<Post, Option<Decimal>>| Post::query().values(expr).all(db);
    let many = || count::<Post>().gt(1);
    let first = || row_number::<Post>().over((), Post::id);
    refused(values(count().sum()).await, "Post: an aggregate");
    refused(values(first().sum()).await, "aggregate");
    let counts = || count::<Post>().filter_where(many());
    refused(values(counts().sum().over((), ())).await, "filter_where");
    let firsts = || count::<Post>().filter_where(first().eq(1));
    refused(Post::query().values(firsts()).all(db).await, "filter_where");
    refused(values(first().sum().over((), ())).await, "another window");
    let ranked = rank::<Post>().over((), first());
    refused(Post::query().values(ranked).all(db).await, "another window");
    let ranked = first().filter_where(Post::id.gt(1));
    refused(Post::query().values(ranked).all(db).await, "partition");
    let different = Post::id.count_distinct().over((), ());
    refused(Post::query().values(different).all(db).await, "group_by");
    // Of the groups a window can be computed.
    let of_groups = Post::query().values((Post::amount, count().sum().over((), ())));
    let of_groups = of_groups.group_by(Post::amount).order_by(Post::amount);
    let five = Some(Decimal::from(5));
    assert_eq!(
        of_groups.all(db).await?,
        [(-10, five), (7, five), (10, five)]
    );
    let ranked = Post::query().values((Post::amount, rank().over((), count())));
    let ranked = ranked.group_by(Post::amount).order_by(Post::amount);
    assert_eq!(ranked.all(db).await?, [(-10, 1), (7, 2), (10, 2)]);
    let of_tags = Post::query().values(Post::tags.count().sum());
    assert_eq!(of_tags.one(db).await?, five);
    Ok(())
}

#[tokio::test]
async fn what_is_computed_of_rows_stands_in_no_condition_on_another_side() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let many = || count::<Tag>().gt(1);
    let first = || row_number::<Tag>().over((), Tag::id).eq(1);
    let filter = |filter| Post::query().filter(filter).all(db);
    refused(filter(Post::tags.any(many())).await, "Tag: a filter");
    refused(filter(Post::tags.all(many())).await, "having");
    refused(filter(Post::tags.none(first())).await, "having");
    let counted = Post::query().values(Post::tags.count_where(many()));
    refused(counted.all(db).await, "having");
    let deep = Post::tags.any(Tag::posts.any(count().gt(1)));
    refused(Post::query().filter(deep).count(db).await, "Post: a filter");
    let most = Post::author.value(Author::id.max());
    refused(Post::query().values(most).all(db).await, "Author: `.value");
    let posts = Post::query().all(db).await?;
    let loaded = Post::tags.filter(many()).load_for(&posts, db);
    refused(loaded.await, "having");
    let loaded = Post::tags.order_by(count()).load_for(&posts, db);
    refused(loaded.await, "sort");
    let related = posts[0].related(Post::tags).filter(many());
    refused(related.exists(db).await, "having");
    Ok(())
}

#[tokio::test]
async fn a_tree_is_sorted_by_what_its_rows_have() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let last_first = || row_number().over((), Post::id.desc());
    let tags_last_first = || row_number().over((), Tag::id.desc());
    let tree = || Post::query().order_by(last_first());
    refused(tree().include(Post::tags).all(db).await, "Post: a window");
    let apart = tree().include(Post::tags.separate());
    refused(apart.all(db).await, "window");
    let sorted = Post::query().include(Post::tags.order_by(tags_last_first()));
    refused(sorted.explain(db).await, "Tag: a window");
    let few = Post::tags.order_by(tags_last_first()).limit(1);
    refused(Post::query().include(few).all(db).await, "window");
    let ids: Vec<i32> = tree().all(db).await?.iter().map(|it| it.id).collect();
    assert_eq!(ids, [5, 4, 3, 2, 1]);
    let before = Post::query().order_by(count()).limit(2).values(Post::id);
    refused(before.all(db).await, "`id` has many values");
    Ok(())
}

#[tokio::test]
async fn an_aggregate_in_a_projection_stands_alone() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let beside = || Post::query().select::<Beside>();
    refused(beside().all(db).await, "Post: `id` has many values");
    refused(beside().count(db).await, "`id` has many values");
    refused(beside().explain(db).await, "`id` has many values");
    let above = Post::query().select::<Above>();
    refused(above.all(db).await, "Tag: an aggregate");
    let mixed = Post::query().select::<Mixed>();
    refused(mixed.all(db).await, "Post: an aggregate");
    let sorted = Post::query().select::<Numbered>().order_by(count());
    refused(sorted.all(db).await, "sort");
    Ok(())
}

#[tokio::test]
async fn an_update_sets_what_one_row_says() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let most = || Post::amount.max().coalesce(1);
    let bulk = || Post::query().all_rows().update();
    refused(
        bulk().set(Post::amount, most()).save(db).await,
        "Post: an update",
    );
    let update = bulk().set(Post::amount, most());
    refused(update.returning(db).await, "an update");
    refused(bulk().set(Post::amount, most()).to_sql(), "an update");
    let number = row_number().over((), ()).cast::<i32>();
    refused(bulk().set(Post::amount, number).save(db).await, "an update");
    let post = Post::find(1).one(db).await?;
    refused(
        post.update().set(Post::amount, most()).save(db).await,
        "an update",
    );
    let tags = post
        .update()
        .set(Post::amount, Post::tags.count().cast::<i32>());
    assert_eq!(tags.save(db).await?.amount, 2);
    Ok(())
}
