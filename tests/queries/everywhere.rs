//! Every expression of the language in every clause, beside the same in SQL
//! written by hand.

use std::fmt::Debug;

use orm::ast::TimeUnit;
use orm::prelude::*;
use orm::query::{Expr, Filter, case, count, holds, rank, row_number, value};
use orm::raw::{RawRow, raw_expr, raw_sql};
use orm::types::{ColumnType, Range};
use rust_decimal::Decimal;
use serde_json::json;

use crate::database::{Place, Test, filled};
use crate::models::{Author, Post, Tag};

/// The rows of a query are those of a statement; the text says which.
fn same<R: PartialEq + Debug>(what: &str, ours: orm::Result<Vec<R>>, hand: &[R]) -> Test {
    match ours {
        Ok(rows) if rows == hand => Ok(()),
        Ok(rows) => Err(format!("{what}: {rows:?} instead of {hand:?}").into()),
        Err(error) => Err(format!("{what}: {error}").into()),
    }
}

struct Hand<'p>(&'p Place, &'p str);

impl Hand<'_> {
    /// Runs a statement in which `{e}` is the expression.
    async fn rows<R: RawRow>(&self, sql: &str) -> Test<Vec<R>> {
        let sql = sql.replace("{e}", self.1);
        Ok(raw_sql(sql).rows(&self.0.db).await?)
    }
}

async fn everywhere<T>(place: &Place, e: Expr<Post, T>, sql: &str) -> Test
where
    T: ColumnType + PartialEq + Debug,
{
    let (db, hand) = (&place.db, Hand(place, sql));
    let e = || e.clone();
    let by_e = || Post::query().values((e(), count())).group_by(e());

    let ours = Post::query().values((Post::id, e())).order_by(Post::id);
    let rows = hand.rows::<(i32, T)>("SELECT id, {e} FROM posts t ORDER BY t.id");
    same("SELECT", ours.all(db).await, &rows.await?)?;

    let ours = Post::query().filter(e().is_not_null()).values((Post::id,));
    let rows = hand.rows::<(i32,)>("SELECT id FROM posts t WHERE ({e}) IS NOT NULL ORDER BY 1");
    same("WHERE", ours.order_by(Post::id).all(db).await, &rows.await?)?;

    let rows =
        hand.rows::<(T, i64)>("SELECT {e}, count(*) FROM posts t GROUP BY 1 ORDER BY 1 DESC");
    let ours = by_e().order_by(e().desc());
    same("GROUP BY", ours.all(db).await, &rows.await?)?;

    let part = holds(e().is_null());
    let ours = Post::query().values((part, count())).group_by(e());
    let rows = hand.rows::<(Option<bool>, i64)>(
        "SELECT e IS NULL, count(*) FROM (SELECT {e} AS e FROM posts t) s GROUP BY e ORDER BY e",
    );
    let ours = ours.order_by(e()).all(db).await;
    same("a part of SELECT", ours, &rows.await?)?;

    let ours = by_e().having(e().is_not_null().and(count().ge(1)));
    let rows = hand.rows::<(T, i64)>(
        "SELECT e, count(*) FROM (SELECT {e} AS e FROM posts t) s \
         GROUP BY e HAVING e IS NOT NULL ORDER BY e",
    );
    same("HAVING", ours.order_by(e()).all(db).await, &rows.await?)?;

    let ours = Post::query().values((Post::id,));
    let rows = hand.rows::<(i32,)>("SELECT id FROM posts t ORDER BY CAST(({e}) AS text), t.id");
    let by_text = e().cast::<Option<String>>();
    let ours = ours.order_by((by_text, Post::id)).all(db).await;
    same("ORDER BY a part", ours, &rows.await?)?;

    let rows =
        hand.rows::<(i32,)>("SELECT id FROM (SELECT id, {e} AS e FROM posts t) s ORDER BY e, id");
    let rows = rows.await?;
    let ours = Post::query().order_by((e(), Post::id)).all(db).await;
    let ours = ours.map(|posts| posts.into_iter().map(|post| (post.id,)).collect());
    same("ORDER BY", ours, &rows)?;

    let ours = Post::query().values((e(),)).distinct();
    let rows = hand.rows::<(T,)>("SELECT DISTINCT {e} FROM posts t ORDER BY 1");
    same("DISTINCT", ours.order_by(e()).all(db).await, &rows.await?)?;

    let ours = Post::query().values((Post::number, e())).distinct();
    let rows = hand.rows::<(Option<i32>, T)>(
        "SELECT DISTINCT number, {e} FROM posts t ORDER BY 2 DESC NULLS LAST, 1 LIMIT 3",
    );
    let ours = ours.order_by((e().desc().nulls_last(), Post::number));
    same("DISTINCT of two", ours.limit(3).all(db).await, &rows.await?)?;

    let ours = Post::query().values((
        Post::id,
        row_number().over(e(), Post::id),
        rank().over((), e().desc()),
        count().over(e(), ()),
    ));
    let rows = hand.rows::<(i32, i64, i64, i64)>(
        "SELECT id, row_number() OVER (PARTITION BY e ORDER BY id), rank() OVER (ORDER BY e DESC), \
         count(*) OVER (PARTITION BY e) FROM (SELECT id, {e} AS e FROM posts t) s ORDER BY id",
    );
    let ours = ours.order_by(Post::id).all(db).await;
    same("OVER", ours, &rows.await?)?;

    let ours = Post::query().values((count(), row_number().over((), e()), count().over((), ())));
    let rows = hand.rows::<(i64, i64, i64)>(
        "SELECT count(*), row_number() OVER (ORDER BY e), count(*) OVER () \
         FROM (SELECT {e} AS e FROM posts t) s GROUP BY e ORDER BY e",
    );
    let ours = ours.group_by(e()).order_by(e()).all(db).await;
    same("OVER groups", ours, &rows.await?)?;

    let ours = Post::query().order_by(Post::id.desc()).limit(3);
    let ours = ours.values((e(), count())).group_by(e()).order_by(e());
    let rows = hand.rows::<(T, i64)>(
        "SELECT {e}, count(*) FROM (SELECT * FROM posts ORDER BY id DESC LIMIT 3) t \
         GROUP BY 1 ORDER BY 1",
    );
    same("of limited rows", ours.all(db).await, &rows.await?)?;

    let ours = Post::query().values((e().count(), e().count_distinct()));
    let rows = hand.rows::<(i64, i64)>(
        "SELECT count(e), count(DISTINCT e) FROM (SELECT {e} AS e FROM posts t) s",
    );
    same("aggregates", ours.all(db).await, &rows.await?)?;

    let ours = Post::query().values((e(), count().filter_where(e().is_not_null())));
    let rows = hand.rows::<(T, i64)>("SELECT {e}, count({e}) FROM posts t GROUP BY 1 ORDER BY 1");
    let ours = ours.group_by((e(), e())).order_by(e()).all(db).await;
    same("FILTER", ours, &rows.await?)
}

/// One line per expression: how we say it, and how PostgreSQL does.
macro_rules! each {
    ($place:ident: $($expr:expr => $sql:literal;)*) => {$({
        if let Err(error) = everywhere(&$place, $expr, $sql).await {
            return Err(format!("{}\n{error}", stringify!($expr)).into());
        }
    })*};
}

macro_rules! conditions {
    ($place:ident: $($filter:expr => $sql:literal;)*) => {
        each! { $place: $(holds::<Post>($filter) => $sql;)* }
    };
}

#[tokio::test]
async fn texts_and_numbers() -> Test {
    let place = filled().await?;
    each! { place:
        Post::title.lower() => "lower(t.title)";
        Post::title.upper() => "upper(t.title)";
        Post::title.trim() => "trim(t.title)";
        Post::label.char_length() => "char_length(t.label)";
        Post::label.concat("é%") => "t.label || 'é%'";
        Post::label.concat(Post::title) => "t.label || t.title";
        Post::label.coalesce("none") => "coalesce(t.label, 'none')";
        Post::label.coalesce(Post::title).lower() => "lower(coalesce(t.label, t.title))";
        Post::number.coalesce(-1) => "coalesce(t.number, -1)";
        (Post::number - 1).abs() => "abs(t.number - 1)";
        Post::amount + 1 => "t.amount + 1";
        Post::number - Post::amount => "t.number - t.amount";
        Post::amount * -2 => "t.amount * -2";
        Post::amount / 4 => "t.amount / 4";
        Post::amount % 4 => "t.amount % 4";
        (Post::number - 2) * (Post::amount + 1) / 3 => "(t.number - 2) * (t.amount + 1) / 3";
        Post::price * Decimal::new(3, 0) => "t.price * 3";
        Post::ratio + 0.5 => "t.ratio + 0.5";
        Post::amount.cast::<String>() => "CAST(t.amount AS text)";
        Post::amount.cast::<i64>() + 1_i64 => "CAST(t.amount AS bigint) + 1";
        Post::title.cast::<String>() => "CAST(t.title AS text)";
        case(Post::amount.gt(5), Post::title, "small") => "CASE WHEN t.amount > 5 THEN t.title ELSE 'small' END";
        case(Post::flag.eq(true), Post::number, Post::amount) => "CASE WHEN t.flag THEN t.number ELSE t.amount END";
        value::<Post, i32>(7) => "CAST(7 AS integer)";
        value::<Post, String>("it's".into()) => "CAST('it''s' AS text)";
        raw_expr::<Post>("number * ").bind(2_i32).value::<Option<i32>>() => "t.number * 2";
        raw_expr::<Post>("").column(Post::number).raw(" + ").column(Post::amount).value::<Option<i32>>() => "t.number + t.amount";
    }
    Ok(())
}

#[tokio::test]
async fn times_arrays_and_documents() -> Test {
    let place = filled().await?;
    each! { place:
        Post::at.date_trunc(TimeUnit::Day) => "date_trunc('day', t.at)";
        Post::at.date_trunc(TimeUnit::Quarter) => "date_trunc('quarter', t.at)";
        Post::day.date_trunc(TimeUnit::Month) => "CAST(date_trunc('month', t.day) AS date)";
        Post::at.extract(TimeUnit::Hour) => "date_part('hour', t.at)";
        Post::at.extract(TimeUnit::Second) => "date_part('second', t.at)";
        Post::day.extract(TimeUnit::Week) => "date_part('week', t.day)";
        Post::labels.cardinality() => "cardinality(t.labels)";
        Post::meta.json_text(["a", "b"]) => "t.meta #>> '{a,b}'";
        Post::meta.json_path(["a"]) => "t.meta #> '{a}'";
        Post::meta.json_text(["a"]).coalesce("none") => "coalesce(t.meta #>> '{a}', 'none')";
    }
    Ok(())
}

#[tokio::test]
async fn values_of_associations() -> Test {
    let place = filled().await?;
    each! { place:
        Post::author.value(Author::number) => "(SELECT a.number FROM authors a WHERE a.id = t.author_id)";
        Post::author.value(Author::label.coalesce("none")) => "(SELECT coalesce(a.label, 'none') FROM authors a WHERE a.id = t.author_id)";
        Post::author.value(Author::posts.count()) =>
            "(SELECT (SELECT count(*) FROM posts p WHERE p.author_id = a.id) FROM authors a WHERE a.id = t.author_id)";
        Post::author.value(Author::amount).coalesce(0) + 1 => "coalesce((SELECT a.amount FROM authors a WHERE a.id = t.author_id), 0) + 1";
        Post::tags.count() => "(SELECT count(*) FROM post_tags j WHERE j.post_id = t.id)";
        Post::tags.count_where(Tag::label.eq("red")) =>
            "(SELECT count(*) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id AND g.label = 'red')";
        Post::author.count() => "(SELECT count(*) FROM authors a WHERE a.id = t.author_id)";
    }
    Ok(())
}

#[tokio::test]
async fn aggregates_of_associations() -> Test {
    let place = filled().await?;
    each! { place:
        Post::tags.sum(Tag::amount) => "(SELECT sum(g.amount) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id)";
        Post::tags.min(Tag::title) => "(SELECT min(g.title) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id)";
        Post::tags.only(Tag::label.eq("red")).max(Tag::amount * 2).coalesce(-1) =>
            "coalesce((SELECT max(g.amount * 2) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id AND g.label = 'red'), -1)";
        Post::tags.count_distinct(Tag::label) =>
            "(SELECT count(DISTINCT g.label) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id)";
        Post::tags.then(Tag::posts).count() =>
            "(SELECT count(DISTINCT k.post_id) FROM post_tags j JOIN post_tags k ON k.tag_id = j.tag_id WHERE j.post_id = t.id)";
        Post::tags.then(Tag::posts).each_way().sum(Post::amount) =>
            "(SELECT sum(p.amount) FROM post_tags j JOIN post_tags k ON k.tag_id = j.tag_id JOIN posts p ON p.id = k.post_id WHERE j.post_id = t.id)";
        Post::tags.then(Tag::posts.only(Post::flag.eq(true)).then(Post::author)).sum(Author::amount) =>
            "(SELECT sum(a.amount) FROM authors a WHERE a.id IN (SELECT p.author_id FROM post_tags j JOIN post_tags k ON k.tag_id = j.tag_id \
             JOIN posts p ON p.id = k.post_id WHERE j.post_id = t.id AND p.flag))";
        Post::author.then(Author::posts.only(raw_expr("").column(Post::amount).raw(" < ").outer(Post::amount).filter())).count() =>
            "(SELECT count(*) FROM authors a JOIN posts p ON p.author_id = a.id WHERE a.id = t.author_id AND p.amount < t.amount)";
        Post::author.value(Author::posts.avg(Post::ratio)) =>
            "(SELECT avg(p.ratio) FROM posts p WHERE p.author_id = (SELECT id FROM authors a WHERE a.id = t.author_id))";
    }
    conditions! { place:
        Post::tags.then(Tag::posts).any(Post::amount.lt(0)) =>
            "EXISTS (SELECT FROM post_tags j JOIN post_tags k ON k.tag_id = j.tag_id JOIN posts p ON p.id = k.post_id WHERE j.post_id = t.id AND p.amount < 0)";
        Post::tags.then(Tag::posts).all(Post::amount.lt(0)) =>
            "NOT EXISTS (SELECT FROM post_tags j JOIN post_tags k ON k.tag_id = j.tag_id JOIN posts p ON p.id = k.post_id WHERE j.post_id = t.id AND (p.amount < 0) IS NOT TRUE)";
        Post::tags.sum(Tag::amount).gt(2_i64) =>
            "(SELECT sum(g.amount) FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id) > 2";
    }
    Ok(())
}

#[tokio::test]
async fn comparisons() -> Test {
    let place = filled().await?;
    conditions! { place:
        Post::number.eq(3) => "t.number = 3";
        Post::number.eq(None) => "t.number IS NULL";
        Post::number.ne(3) => "t.number <> 3";
        Post::number.ne(None) => "t.number IS NOT NULL";
        Post::number.lt(Post::amount) => "t.number < t.amount";
        Post::number.le(3) => "t.number <= 3";
        Post::number.gt(-4) => "t.number > -4";
        Post::amount.ge(7) => "t.amount >= 7";
        Post::number.between(-4, Post::amount) => "t.number BETWEEN -4 AND t.amount";
        Post::number.in_([3, -4]) => "t.number IN (3, -4)";
        Post::number.in_(Vec::<i32>::new()) => "false";
        Post::number.not_in([3]) => "t.number NOT IN (3)";
        Post::number.not_in(Vec::<i32>::new()) => "true";
        Post::number.is_null() => "t.number IS NULL";
        Post::number.is_not_null() => "t.number IS NOT NULL";
        Post::number.is_distinct_from(3) => "t.number IS DISTINCT FROM 3";
        Post::number.is_not_distinct_from(None) => "t.number IS NOT DISTINCT FROM NULL";
        Post::flag.eq(true).not() => "NOT t.flag";
        Post::flag.eq(true).is_not_true() => "t.flag IS NOT TRUE";
        Post::flag.eq(true).and(Post::number.gt(0)) => "t.flag AND t.number > 0";
        Post::flag.eq(true).or(Post::number.gt(0)) => "t.flag OR t.number > 0";
        Post::number.gt(0).or(Post::flag.eq(true).and(Post::amount.eq(7)).not()) => "t.number > 0 OR NOT (t.flag AND t.amount = 7)";
        Filter::always() => "true";
        Filter::never() => "false";
        Filter::all_of([]) => "true";
        Filter::any_of([]) => "false";
        Filter::all_of([Filter::any_of([])]) => "false";
        Filter::any_of([Post::number.gt(0), Post::amount.gt(0)]) => "t.number > 0 OR t.amount > 0";
        raw_expr("label ~ ").bind("^n").filter() => "t.label ~ '^n'";
    }
    Ok(())
}

#[tokio::test]
async fn patterns_arrays_ranges_and_documents() -> Test {
    let place = filled().await?;
    conditions! { place:
        Post::title.like("%t") => "t.title LIKE '%t'";
        Post::title.not_like("%t") => "t.title NOT LIKE '%t'";
        Post::title.ilike("F%") => "t.title ILIKE 'F%'";
        Post::title.not_ilike("F%") => "t.title NOT ILIKE 'F%'";
        Post::title.starts_with("50%") => r"t.title LIKE '50\%%'";
        Post::title.ends_with(r"_\") => r"t.title LIKE '%\_\\'";
        Post::label.contains("日") => "t.label LIKE '%日%'";
        Post::label.icontains("NON") => "t.label ILIKE '%NON%'";
        Post::title.matches("^[fF]") => "t.title ~ '^[fF]'";
        Post::title.imatches("^f") => "t.title ~* '^f'";
        Post::labels.contains_all(["a"]) => "t.labels @> '{a}'";
        Post::labels.contained_by(["a", "b"]) => "t.labels <@ '{a,b}'";
        Post::labels.overlaps(["c"]) => "t.labels && '{c}'";
        Post::span.contains_value(4) => "t.span @> 4";
        Post::span.overlaps_range(Range::from(1..2)) => "t.span && '[1,2)'::int4range";
        Post::span.within_range(Range::from(0..6)) => "t.span <@ '[0,6)'::int4range";
        Post::meta.has_key("a") => "t.meta ? 'a'";
        Post::meta.json_contains(json!({"a": "x"})) => r#"t.meta @> '{"a": "x"}'"#;
    }
    Ok(())
}

#[tokio::test]
async fn conditions_on_associations() -> Test {
    let place = filled().await?;
    conditions! { place:
        Post::author.exists() => "EXISTS (SELECT FROM authors a WHERE a.id = t.author_id)";
        Post::author.is_empty() => "NOT EXISTS (SELECT FROM authors a WHERE a.id = t.author_id)";
        Post::author.is(Author::number.gt(0)) => "EXISTS (SELECT FROM authors a WHERE a.id = t.author_id AND a.number > 0)";
        Post::tags.any(Tag::label.eq("red")) =>
            "EXISTS (SELECT FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id AND g.label = 'red')";
        Post::tags.none(Tag::label.eq("red")) =>
            "NOT EXISTS (SELECT FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id AND g.label = 'red')";
        Post::tags.all(Tag::label.eq("red")) =>
            "NOT EXISTS (SELECT FROM post_tags j JOIN tags g ON g.id = j.tag_id WHERE j.post_id = t.id AND (g.label = 'red') IS NOT TRUE)";
        Post::author.any(Author::posts.any(Post::id.ne(1).and(Post::amount.lt(0)))) =>
            "EXISTS (SELECT FROM authors a JOIN posts p ON p.author_id = a.id WHERE a.id = t.author_id AND p.id <> 1 AND p.amount < 0)";
        Post::author.any(raw_expr("").column(Author::amount).raw(" < ").outer(Post::amount).filter()) =>
            "EXISTS (SELECT FROM authors a WHERE a.id = t.author_id AND a.amount < t.amount)";
        Post::tags.count().gt(1) => "(SELECT count(*) FROM post_tags j WHERE j.post_id = t.id) > 1";
    }
    Ok(())
}
