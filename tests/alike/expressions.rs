//! Every expression of the language, selected, sorted, grouped and filtered by.
//!
//! What letters beyond ASCII have for another case depends on the server's locale, and is
//! asked of SQLite alone (`orm-core`, `exec/sqlite/functions`).

use std::fmt::Debug;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use orm::ast::TimeUnit;
use orm::prelude::*;
use orm::query::{
    Expr, Filter, case, count, exists, holds, not_exists, outer, rank, row_number, value,
};
use orm::types::ColumnType;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::alike;
use crate::models::{Author, Book, State, Tag};
use crate::place::{Place, Test, filled};

/// An expression in every clause; `sorts` where its values have an order.
async fn everywhere<T>(place: &Place, e: Expr<Book, T>, sorts: bool) -> Test
where
    T: ColumnType + PartialEq + Debug,
{
    let e = || e.clone();
    alike! { place, db:
        Book::query().values((Book::id, e())).order_by(Book::id).all(db);
        Book::query().filter(e().is_not_null()).values(Book::id).order_by(Book::id).all(db);
        Book::query().values((Book::id, holds(e().is_null()))).order_by(Book::id).all(db);
        Book::query().values((e().count(), count().filter_where(e().is_null()))).all(db);
    }
    if !sorts {
        return Ok(());
    }
    alike! { place, db:
        Book::query().values((e(), count())).group_by(e()).order_by(e()).all(db);
        Book::query().values((e(), count())).group_by(e()).order_by(e().desc()).all(db);
        Book::query().values(Book::id).order_by((e(), Book::id)).all(db);
        Book::query().values(Book::id).order_by((e().desc(), Book::id.desc())).all(db);
        Book::query().values(e()).distinct().order_by(e()).all(db);
        Book::query().values(e().count_distinct()).all(db);
        Book::query()
            .values((Book::id, row_number().over((), (e(), Book::id)), rank().over(Book::amount, e())))
            .order_by(Book::id)
            .all(db);
    }
    Ok(())
}

macro_rules! each {
    ($sorts:literal, $place:ident: $($expr:expr;)*) => {$({
        $place.about(stringify!($expr));
        Box::pin(everywhere(&$place, $expr, $sorts)).await?;
    })*};
}

#[tokio::test]
async fn numbers() -> Test {
    let place = filled().await?;
    each! { true, place:
        Book::number + 1;
        Book::number - Book::amount;
        Book::amount * -2;
        Book::amount / 4;
        Book::amount % 4;
        (Book::number - 2) * (Book::amount + 1) / 3;
        (Book::number - 1).abs();
        Book::small / 2_i16;
        Book::big / 7_i64;
        Book::number.coalesce(-1);
        Book::price * Decimal::new(3, 0);
        Book::price + Decimal::new(5, 3);
        Book::price / Decimal::new(3, 0);
        Book::price % Decimal::new(4, 1);
        Book::price.abs();
        Book::exact.coalesce(Decimal::ONE);
        Book::exact - Book::exact;
        Book::ratio + 0.5;
        Book::ratio / 3.0;
        Book::ratio % 0.3;
        Book::single.coalesce(0.5) * 3.0;
        Book::ratio.abs();
        value::<Book, i32>(7);
        value::<Book, Decimal>(Decimal::new(70, 1));
    }
    place.agree()
}

// Whatever its type, a value is known again among those of another query, and sorted.
#[tokio::test]
async fn sets() -> Test {
    macro_rules! each_way {
        ($place:ident, $($value:expr;)+) => { alike! { $place, db:
            $(
                Book::query().values($value).union(Book::query().filter(Book::id.gt(1)).values($value)).order_by($value).all(db);
                Book::query().values($value).intersect(Book::query().filter(Book::id.gt(1)).values($value)).order_by($value.desc()).all(db);
                Book::query().values($value).except(Book::query().filter(Book::id.gt(1)).values($value)).order_by($value).all(db);
                Book::query().values(($value, Book::id)).union_all(Book::query().order_by(Book::id).limit(2).values(($value, Book::id))).order_by(($value, Book::id)).limit(4).all(db);
            )+
        } };
    }
    let place = filled().await?;
    each_way! { place,
        Book::number;
        Book::big;
        Book::price;
        Book::price * Decimal::TEN;
        Book::exact;
        Book::ratio;
        Book::state;
        Book::code;
        Book::day;
        Book::at;
        Book::data;
        Book::label;
        Book::label.lower();
        Book::author_id;
        Book::amount.coalesce(0);
    }
    alike! { place, db:
        Book::query().values(Book::price).union(Book::query().values(Book::price * Decimal::ONE)).order_by(Book::price).all(db);
        Book::query().values(Book::price * Decimal::ONE).intersect(Book::query().values(Book::price)).order_by((Book::price * Decimal::ONE).desc()).all(db);
        Book::query().values((Book::author_id, Book::amount.max())).group_by(Book::author_id).union(Author::query().values((Author::id.cast::<Option<i32>>(), value::<Author, Option<i32>>(Some(7))))).order_by((Book::author_id, Book::amount.max())).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn subqueries() -> Test {
    let place = filled().await?;
    let of_author = || Book::query().filter(Book::author_id.eq(outer(Book::author_id)));
    each! { true, place:
        Book::query().values(Book::big.sum()).subquery();
        of_author().values(Book::amount.max()).subquery();
        of_author().values(Book::price.avg()).subquery();
        of_author().order_by(Book::id).limit(1).values(Book::state).subquery();
        of_author().order_by(Book::id).limit(1).values(Book::label).subquery();
        of_author().order_by(Book::id.desc()).limit(1).values(Book::at).subquery();
        of_author().values(count()).subquery().coalesce(0) + Book::big;
        holds(exists(of_author().filter(Book::id.gt(outer(Book::id)))));
        holds(Book::price.in_subquery(of_author().filter(Book::id.ne(outer(Book::id))).values(Book::price)));
    }
    // Whatever its type, each value is among those of its own column, and NULL is not.
    alike! { place, db:
        Book::query().filter(Book::number.in_subquery(Book::query().values(Book::number))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::price.in_subquery(Book::query().values(Book::price))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter((Book::price * Decimal::ONE).in_subquery(Book::query().values(Book::price))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::exact.in_subquery(Book::query().values(Book::price * Decimal::TEN))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::ratio.in_subquery(Book::query().values(Book::ratio))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::state.in_subquery(Book::query().filter(Book::id.gt(1)).values(Book::state))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::meta.in_subquery(Book::query().values(Book::meta))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::code.in_subquery(Book::query().values(Book::code))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::day.in_subquery(Book::query().values(Book::day))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::at.in_subquery(Book::query().values(Book::at))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::data.in_subquery(Book::query().values(Book::data))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::number.not_in_subquery(Book::query().filter(Book::id.gt(1)).values(Book::number))).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(Book::author_id.not_in_subquery(Author::query().values(Author::rank))).values(Book::id).order_by(Book::id).all(db);
        Author::query().filter(Author::id.in_subquery(Book::query().distinct().order_by(Book::author_id).limit(2).values(Book::author_id))).values(Author::id).order_by(Author::id).all(db);
        Author::query().filter(exists(Book::query().filter(Book::author_id.eq(outer(Author::id))).order_by(Book::id).offset(1))).values(Author::id).order_by(Author::id).all(db);
        Author::query().filter(not_exists(Book::query().filter(Book::author_id.eq(outer(Author::id))).values(Book::state).distinct().offset(1))).values(Author::id).order_by(Author::id).all(db);
        Author::query().include(Author::books.filter(Book::amount.eq(of_author().values(Book::amount.max()).subquery()))).order_by(Author::id).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn numbers_that_leave_their_type() -> Test {
    let place = filled().await?;
    alike! { place, db:
        Book::query().values(Book::big + 1_i64).all(db);
        Book::query().values(Book::amount * i32::MAX).all(db);
        Book::query().values(Book::small * 200_i16).all(db);
        Book::query().values(Book::amount / 0).all(db);
        Book::query().values(Book::price / Decimal::ZERO).all(db);
        Book::query().values(Book::ratio * 1e308).all(db);
        Book::query().values(Book::big.cast::<i32>()).all(db);
        Book::query().values(Book::title.cast::<i32>()).all(db);
    }
    place.agree()
}

#[tokio::test]
async fn texts() -> Test {
    let place = filled().await?;
    each! { true, place:
        Book::title.lower();
        Book::title.trim();
        Book::label.char_length();
        Book::title.char_length();
        Book::label.concat("é%");
        Book::label.concat(Book::title);
        Book::label.coalesce("none");
        case(Book::amount.gt(5), Book::title, "small");
        value::<Book, String>("it's".into());
    }
    place.agree()
}

#[tokio::test]
async fn times() -> Test {
    let place = filled().await?;
    let units = [
        TimeUnit::Microseconds,
        TimeUnit::Milliseconds,
        TimeUnit::Second,
        TimeUnit::Minute,
        TimeUnit::Hour,
        TimeUnit::Day,
        TimeUnit::Week,
        TimeUnit::Month,
        TimeUnit::Quarter,
        TimeUnit::Year,
    ];
    for unit in units {
        each! { true, place:
            Book::at.date_trunc(unit);
            Book::local.date_trunc(unit);
            Book::day.date_trunc(unit);
            Book::at.extract(unit);
            Book::local.extract(unit);
            Book::day.extract(unit);
        }
    }
    each! { true, place:
        Book::clock.date_trunc(TimeUnit::Minute);
        Book::clock.date_trunc(TimeUnit::Day);
        Book::clock.extract(TimeUnit::Hour);
        Book::clock.extract(TimeUnit::Second);
        Book::day.coalesce(NaiveDate::MIN.max(NaiveDate::default()));
    }
    place.agree()
}

#[tokio::test]
async fn documents() -> Test {
    let place = filled().await?;
    each! { true, place:
        Book::meta.json_text(["a", "b"]);
        Book::meta.json_text(["a"]);
        Book::meta.json_text(["l", "-1"]);
        Book::meta.json_text(["l"]);
        Book::meta.json_text(["n"]).cast::<Option<i32>>();
    }
    each! { false, place:
        Book::meta.json_path(["a"]);
        Book::meta.json_path(["l", "1"]);
        Book::meta.json_path(["1"]);
    }
    place.agree()
}

#[tokio::test]
async fn casts() -> Test {
    let place = filled().await?;
    each! { true, place:
        Book::amount.cast::<String>();
        Book::amount.cast::<i64>();
        Book::amount.cast::<i16>();
        Book::amount.cast::<f64>();
        Book::amount.cast::<Decimal>();
        Book::flag.cast::<Option<String>>();
        Book::flag.cast::<Option<i32>>();
        Book::amount.cast::<bool>();
        Book::price.cast::<i32>();
        Book::price.cast::<f64>();
        Book::price.cast::<String>();
        Book::ratio.cast::<i64>();
        Book::ratio.cast::<Decimal>();
        Book::ratio.cast::<String>();
        Book::single.cast::<Option<f64>>();
        Book::single.cast::<Option<String>>();
        Book::at.cast::<NaiveDate>();
        Book::local.cast::<NaiveTime>();
        Book::local.cast::<NaiveDate>();
        Book::local.cast::<String>();
        Book::day.cast::<Option<String>>();
        Book::clock.cast::<Option<String>>();
        Book::code.cast::<String>();
        Book::code.cast::<String>().cast::<Uuid>();
        Book::state.cast::<String>();
        Book::amount.cast::<String>().cast::<i32>();
    }
    each! { false, place:
        Book::meta.cast::<String>();
        Book::day.cast::<Option<DateTime<Utc>>>();
    }
    place.agree()
}

#[tokio::test]
async fn values_of_associations() -> Test {
    let place = filled().await?;
    each! { true, place:
        Book::author.value(Author::rank);
        Book::author.value(Author::name);
        Book::author.value(Author::books.count());
        Book::author.value(Author::rank).coalesce(0) + 1;
        Book::tags.count();
        Book::tags.count_where(Tag::name.eq("red"));
        Book::author.count();
    }
    place.agree()
}

async fn condition(place: &Place, filter: impl Fn() -> Filter<Book>) {
    alike! { place, db:
        Book::query().filter(filter()).values(Book::id).order_by(Book::id).all(db);
        Book::query().filter(filter().not()).count(db);
        Book::query().values((Book::id, holds(filter()))).order_by(Book::id).all(db);
    }
}

macro_rules! conditions {
    ($place:ident: $($filter:expr;)*) => {$({
        $place.about(stringify!($filter));
        Box::pin(condition(&$place, || $filter)).await;
    })*};
}

#[tokio::test]
async fn comparisons() -> Test {
    let place = filled().await?;
    conditions! { place:
        Book::number.eq(3);
        Book::number.eq(None);
        Book::number.ne(3);
        Book::number.lt(Book::amount);
        Book::number.between(-4, Book::amount);
        Book::number.in_([3, -4]);
        Book::number.in_(Vec::<i32>::new());
        Book::number.not_in([3]);
        Book::number.not_in(Vec::<i32>::new());
        Book::number.is_distinct_from(3);
        Book::number.is_not_distinct_from(None);
        Book::flag.eq(true);
        Book::flag.eq(true).is_not_true();
        Book::flag.eq(true).or(Book::number.gt(0));
        Filter::<Book>::always();
        Filter::<Book>::any_of([]);
        Book::price.eq(Decimal::new(11, 1));
        Book::price.gt(Decimal::new(9, 0));
        Book::price.between(Decimal::new(-2, 0), Decimal::new(11, 1));
        Book::price.in_([Decimal::new(11000, 3), Decimal::ZERO]);
        Book::exact.lt(Book::price);
        (Book::price + Decimal::ONE).eq(Decimal::new(21, 1));
        (Book::price * Decimal::ONE).in_([Decimal::new(11, 0)]);
        Book::ratio.gt(0.25);
        Book::single.eq(0.1);
        Book::state.eq(State::Open);
        Book::state.gt(State::Open);
        Book::state.between(State::Open, State::Closed);
        Book::state.in_([State::Archived, State::Closed]);
        Book::day.lt(NaiveDate::from_ymd_opt(2024, 1, 1).expect("a day"));
        Book::at.ge("2024-02-29T01:00:00Z".parse::<DateTime<Utc>>().expect("an instant"));
        Book::code.eq(Uuid::from_u128(5));
        Book::data.eq(b"first".to_vec());
        Book::meta.eq(json!({"n": 1.0, "a": {"b": "x"}}));
        Book::meta.ne(Value::Null);
        Book::meta.in_([json!([1, [2], "a"])]);
        Book::meta.has_key("a");
        Book::meta.json_contains(json!({"a": "x"}));
        Book::meta.json_contains(json!(["a"]));
    }
    place.agree()
}

#[tokio::test]
async fn patterns() -> Test {
    let place = filled().await?;
    conditions! { place:
        Book::title.like("%t");
        Book::title.like("F%");
        Book::title.not_like("%t");
        Book::title.ilike("F%");
        Book::title.ilike("%Rl%");
        Book::title.not_ilike("F%");
        Book::label.starts_with("x%");
        Book::label.ends_with("_\\");
        Book::title.contains("日");
        Book::title.icontains("NGE 日");
        Book::title.like("_____");
        Book::title.like("");
    }
    place.agree()
}

#[tokio::test]
async fn conditions_on_associations() -> Test {
    let place = filled().await?;
    conditions! { place:
        Book::author.exists();
        Book::author.is_empty();
        Book::author.is(Author::rank.gt(0));
        Book::tags.any(Tag::name.eq("red"));
        Book::tags.none(Tag::name.eq("red"));
        Book::tags.all(Tag::name.eq("red"));
        Book::author.any(Author::books.any(Book::id.ne(1).and(Book::amount.lt(0))));
        Book::tags.count().gt(1);
    }
    place.agree()
}
