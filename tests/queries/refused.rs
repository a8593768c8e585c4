//! Queries that compile and have no meaning: a typed error, and nothing is sent.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{count, row_number};
use orm::raw::raw_expr;

use crate::database::{Test, filled};
use crate::models::Post;

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
    let tree = posts().include(Post::tags).for_update();
    refused(tree.all(&tx).await, "includes");
    // Nothing was sent that would have ended the transaction.
    let few = posts().order_by(Post::id).limit(2).offset(1).for_update();
    let ids: Vec<i32> = few.all(&tx).await?.iter().map(|post| post.id).collect();
    assert_eq!(ids, [2, 3]);
    Ok(tx.rollback().await?)
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
