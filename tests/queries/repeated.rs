//! Expressions that stand in several clauses are written alike, and only those.

use orm::prelude::*;
use orm::query::{case, count, holds};

use crate::database::{Test, filled};
use crate::models::{Author, Post};

#[test]
fn equal_expressions_share_their_placeholders_and_aliases() {
    let kind = || Post::label.coalesce("none");
    let report = Post::query()
        .filter(Post::label.ne("none"))
        .values((kind(), count()))
        .group_by(kind())
        .having(kind().ne("none"))
        .order_by(kind());
    let expected = concat!(
        r#"SELECT coalesce("label", $1), count(*) FROM "posts" WHERE "label" <> $2 "#,
        r#"GROUP BY coalesce("label", $1) HAVING coalesce("label", $1) <> $3 ORDER BY coalesce("label", $1)"#
    );
    assert_eq!(report.to_sql(), expected);
    let author = || Post::author.value(Author::label);
    let report = Post::query().values((author(), count())).group_by(author());
    let expected = concat!(
        r#"SELECT (SELECT t1."label" FROM "authors" AS t1 WHERE t1."id" = t0."author_id"), count(*) "#,
        r#"FROM "posts" AS t0 GROUP BY (SELECT t1."label" FROM "authors" AS t1 WHERE t1."id" = t0."author_id")"#
    );
    assert_eq!(report.to_sql(), expected);
}

// The second statement differs from the first in nothing but which of its
// values are equal, so it must not get the first one's text.
#[tokio::test]
async fn whether_values_are_equal_is_decided_anew_for_every_statement() -> Test {
    let place = filled().await?;
    let label = |otherwise: &str| Post::label.coalesce(otherwise);
    let report = |shown: &str, grouped: &str| {
        let report = Post::query().values((label(shown), count()));
        report.group_by((label(grouped), Post::label))
    };
    let columns = |sql: String| sql.matches("$1").count();
    for _ in 0..3 {
        assert_eq!(columns(report("a", "a").to_sql()), 2);
        assert_eq!(columns(report("a", "b").to_sql()), 1);
        let rows = report("a", "a")
            .having(count().gt(1))
            .all(&place.db)
            .await?;
        assert_eq!(rows, [("none".to_owned(), 2)]);
        let rows = report("a", "b")
            .having(count().gt(1))
            .all(&place.db)
            .await?;
        assert_eq!(rows, [("none".to_owned(), 2)]);
        let rows = report("c", "c").having(Post::label.is_null());
        assert_eq!(rows.all(&place.db).await?, [("c".to_owned(), 1)]);
    }
    Ok(())
}

#[tokio::test]
async fn an_expression_inside_another_is_known_again() -> Test {
    let place = filled().await?;
    let half = || Post::amount / 2;
    let rows = Post::query()
        .values((half() * 2 + 1, holds(half().gt(2)), count(), half().max()))
        .group_by(half())
        .order_by((half() - 1).desc());
    let expected = [
        (11, Some(true), 2, Some(5)),
        (7, Some(true), 2, Some(3)),
        (-9, Some(false), 1, Some(-5)),
    ];
    assert_eq!(rows.all(&place.db).await?, expected);
    let size = || case(Post::amount.gt(5), Post::title.lower(), "small");
    let rows = Post::query()
        .values((size().concat("!"), count()))
        .group_by(size())
        .having(size().ne("small"))
        .order_by(size());
    let texts = [" zweiter !", "50%_\\!", "first!"].map(str::to_owned);
    let expected = texts.into_iter().zip([1, 1, 2]).collect::<Vec<_>>();
    assert_eq!(rows.all(&place.db).await?, expected);
    Ok(())
}

// The server calls a value that is not named after what is in it: `id`, `lower`.
#[tokio::test]
async fn an_order_by_a_column_means_the_column() -> Test {
    let place = filled().await?;
    place.run("UPDATE posts SET id = 7 * id * id").await?;
    let ids = Post::query().values(Post::id.cast::<String>());
    let ids = ids.order_by(Post::id).all(&place.db).await?;
    assert_eq!(ids, ["7", "28", "63", "112", "175"]);
    let amounts = Post::query().values(case(Post::id.lt(0), value_of(0), Post::amount));
    let amounts = amounts.order_by((Post::amount.desc(), Post::id));
    assert_eq!(amounts.all(&place.db).await?, [10, 10, 7, 7, -10]);
    Ok(())
}

fn value_of(n: i32) -> orm::query::Expr<Post, i32> {
    orm::query::value(n)
}

#[tokio::test]
async fn what_is_the_same_for_every_row_can_sort_and_group() -> Test {
    let place = filled().await?;
    let all = || holds(orm::query::Filter::<Post>::always());
    let rows = Post::query().values((all(), count())).group_by(all());
    assert_eq!(
        rows.order_by(all()).all(&place.db).await?,
        [(Some(true), 5)]
    );
    let none = holds(orm::query::Filter::<Post>::any_of([]));
    let first = Post::query().order_by((none, Post::id)).first(&place.db);
    assert_eq!(first.await?.map(|post| post.id), Some(1));
    Ok(())
}

#[tokio::test]
async fn a_filter_is_about_every_aggregate_of_an_expression() -> Test {
    let place = filled().await?;
    let db = &place.db;
    let first = || Post::id.eq(1);
    let sums = Post::query().values((
        Post::amount.sum().coalesce(0).filter_where(first()),
        (Post::amount.sum() - Post::amount.min().cast::<Option<i64>>()).filter_where(first()),
        Post::amount.sum().coalesce(0).filter_where(Post::id.gt(99)),
        count()
            .filter_where(Post::id.gt(1))
            .filter_where(Post::id.lt(3)),
    ));
    assert_eq!(sums.one(db).await?, (10, Some(0), 0, 1));
    let of_amount = Post::amount.sum().coalesce(0).over(Post::amount, ());
    let rows = Post::query().values((Post::id, of_amount));
    let rows = rows.order_by(Post::id).all(db).await?;
    assert_eq!(rows, [(1, 20), (2, -10), (3, 20), (4, 14), (5, 14)]);
    Ok(())
}

// The WHERE clause stands in front of GROUP BY, and its values are none of those
// whose equality makes the text.
#[tokio::test]
async fn a_filter_has_values_of_its_own() -> Test {
    let place = filled().await?;
    let label = |otherwise: &str| Post::label.coalesce(otherwise);
    let unlabelled = |asked: &str, grouped: &str| {
        Post::query()
            .filter(label(asked).eq("a"))
            .values((label(grouped), count()))
            .group_by(label(grouped))
    };
    for (asked, grouped) in [("a", "a"), ("a", "b"), ("b", "a"), ("a", "a")] {
        let rows = unlabelled(asked, grouped).all(&place.db).await?;
        let expected: &[(String, i64)] = match asked {
            "a" => &[(grouped.to_owned(), 1)],
            _ => &[],
        };
        assert_eq!(rows, expected, "{asked} {grouped}");
    }
    Ok(())
}
