//! One line per operator: what stands behind WHERE.

use orm::ast::TimeUnit;
use orm::prelude::*;
use orm::query::Filter;
use orm::raw::raw_expr;
use orm::types::Range;

use crate::shop::{Category, Order, OrderItem, Product, Role, Tag, User};

#[derive(Model, Debug, Clone)]
#[model(table = "things")]
struct Thing {
    #[column(primary_key)]
    id: i32,
    count: Option<i32>,
    name: String,
    labels: Vec<String>,
    meta: serde_json::Value,
    span: Range<i32>,
    day: NaiveDate,
    at: DateTime<Utc>,
}

/// What the filter writes behind WHERE.
fn sql<M: Model>(filter: Filter<M>) -> String {
    let sql = M::query().filter(filter).to_sql();
    let (_, condition) = sql.split_once(" WHERE ").unwrap_or_default();
    condition.to_owned()
}

macro_rules! written {
    ($($filter:expr => $expected:literal;)*) => {
        $(assert_eq!(sql($filter), $expected);)*
    };
}

#[test]
fn comparisons() {
    written! {
        Thing::id.eq(1) => r#""id" = $1"#;
        Thing::id.ne(1) => r#""id" <> $1"#;
        Thing::id.lt(1) => r#""id" < $1"#;
        Thing::id.le(1) => r#""id" <= $1"#;
        Thing::id.gt(1) => r#""id" > $1"#;
        Thing::id.ge(1) => r#""id" >= $1"#;
        Thing::id.eq(Thing::count) => r#""id" = "count""#;
        Thing::id.between(1, 2) => r#""id" BETWEEN $1 AND $2"#;
        Thing::id.in_([1, 2, 3]) => r#""id" = ANY($1)"#;
        Thing::id.in_(Vec::<i32>::new()) => r#""id" = ANY($1)"#;
        Thing::id.not_in([1]) => r#""id" <> ALL($1)"#;
        Thing::count.eq(None) => r#""count" IS NULL"#;
        Thing::count.ne(None) => r#""count" IS NOT NULL"#;
        Thing::count.is_null() => r#""count" IS NULL"#;
        Thing::count.is_not_null() => r#""count" IS NOT NULL"#;
        Thing::count.is_distinct_from(1) => r#""count" IS DISTINCT FROM $1"#;
        Thing::count.is_not_distinct_from(None) => r#""count" IS NOT DISTINCT FROM $1"#;
    }
}

#[test]
fn texts() {
    written! {
        Thing::name.like("a%") => r#""name" LIKE $1"#;
        Thing::name.not_like("a%") => r#""name" NOT LIKE $1"#;
        Thing::name.ilike("a%") => r#""name" ILIKE $1"#;
        Thing::name.not_ilike("a%") => r#""name" NOT ILIKE $1"#;
        Thing::name.starts_with("a") => r#""name" LIKE $1"#;
        Thing::name.ends_with("a") => r#""name" LIKE $1"#;
        Thing::name.contains("a") => r#""name" LIKE $1"#;
        Thing::name.icontains("a") => r#""name" ILIKE $1"#;
        Thing::name.matches("a") => r#""name" ~ $1"#;
        Thing::name.imatches("a") => r#""name" ~* $1"#;
        Thing::name.lower().eq("a") => r#"lower("name") = $1"#;
        Thing::name.trim().upper().eq("A") => r#"upper(btrim("name")) = $1"#;
        Thing::name.char_length().gt(3) => r#"char_length("name") > $1"#;
        Thing::name.concat("x").eq("ax") => r#"("name" || $1) = $2"#;
    }
}

#[test]
fn combinations_keep_their_parentheses() {
    let (a, b, c) = (
        || Thing::id.eq(1),
        || Thing::count.eq(2),
        || Thing::name.eq("c"),
    );
    written! {
        a().and(b()).and(c()) => r#""id" = $1 AND "count" = $2 AND "name" = $3"#;
        a().or(b()).or(c()) => r#""id" = $1 OR "count" = $2 OR "name" = $3"#;
        a().or(b()).and(c()) => r#"("id" = $1 OR "count" = $2) AND "name" = $3"#;
        a().or(b().and(c())) => r#""id" = $1 OR ("count" = $2 AND "name" = $3)"#;
        a().and(b()).not() => r#"NOT ("id" = $1 AND "count" = $2)"#;
        !a() => r#"NOT ("id" = $1)"#;
        a().is_not_true() => r#"("id" = $1) IS NOT TRUE"#;
        Filter::<Thing>::always() => "TRUE";
        Filter::<Thing>::never() => "FALSE";
        Filter::<Thing>::all_of([]) => "TRUE";
        Filter::<Thing>::any_of([]) => "FALSE";
        Filter::any_of([a(), b()]) & c() => r#"("id" = $1 OR "count" = $2) AND "name" = $3"#;
        Thing::id.between(1, 2) & a() => r#"("id" BETWEEN $1 AND $2) AND "id" = $3"#;
    }
}

#[test]
fn arithmetic_functions_and_casts() {
    written! {
        (Thing::id + 1).eq(2) => r#"("id" + $1) = $2"#;
        ((Thing::id + 1) * 2).gt(Thing::count) => r#"(("id" + $1) * $2) > "count""#;
        (Thing::id - Thing::count).lt(0) => r#"("id" - "count") < $1"#;
        (Thing::id / 2 % 3).eq(1) => r#"(("id" / $1) % $2) = $3"#;
        Thing::count.coalesce(0).eq(0) => r#"coalesce("count", $1) = $2"#;
        (Thing::id - 9).abs().eq(1) => r#"abs("id" - $1) = $2"#;
        Thing::id.cast::<String>().eq("1") => r#"CAST("id" AS text) = $1"#;
        Thing::at.date_trunc(TimeUnit::Day).eq(Thing::at) => r#"date_trunc('day', "at") = "at""#;
        Thing::day.date_trunc(TimeUnit::Month).eq(Thing::day) => r#"CAST(date_trunc('month', "day") AS date) = "day""#;
        Thing::at.extract(TimeUnit::Hour).ge(12.0) => r#"date_part('hour', "at") >= $1"#;
    }
}

#[test]
fn arrays_ranges_and_json() {
    written! {
        Thing::labels.contains_all(["a"]) => r#""labels" @> $1"#;
        Thing::labels.contained_by(["a"]) => r#""labels" <@ $1"#;
        Thing::labels.overlaps(["a"]) => r#""labels" && $1"#;
        Thing::labels.cardinality().eq(2) => r#"cardinality("labels") = $1"#;
        Thing::span.contains_value(3) => r#""span" @> CAST($1 AS integer)"#;
        Thing::span.overlaps_range(Range::from(1..2)) => r#""span" && CAST($1 AS int4range)"#;
        Thing::span.within_range(Range::from(1..2)) => r#""span" <@ CAST($1 AS int4range)"#;
        Thing::meta.json_text(["a", "b'c"]).eq("x") => r#"("meta" #>> $1) = $2"#;
        Thing::meta.json_path(["a"]).is_null() => r#"("meta" #> $1) IS NULL"#;
        Thing::meta.has_key("a") => r#""meta" ? $1"#;
        Thing::meta.json_contains(serde_json::json!({})) => r#""meta" @> $1"#;
        raw_expr::<Thing>("name ~ ").bind("x").raw(" IS TRUE").filter() => r#"name ~ $1 IS TRUE"#;
    }
}

#[test]
fn associations_are_semi_joins() {
    written! {
        User::orders.exists() => r#"EXISTS (SELECT 1 FROM "orders" AS t1 WHERE t1."user_id" = t0."id")"#;
        User::orders.is_empty() => r#"NOT EXISTS (SELECT 1 FROM "orders" AS t1 WHERE t1."user_id" = t0."id")"#;
        User::orders.any(Order::id.gt(1)) =>
            r#"EXISTS (SELECT 1 FROM "orders" AS t1 WHERE t1."user_id" = t0."id" AND (t1."id" > $1))"#;
        User::orders.none(Order::id.gt(1)) =>
            r#"NOT EXISTS (SELECT 1 FROM "orders" AS t1 WHERE t1."user_id" = t0."id" AND (t1."id" > $1))"#;
        User::orders.all(Order::id.gt(1)) =>
            r#"NOT EXISTS (SELECT 1 FROM "orders" AS t1 WHERE t1."user_id" = t0."id" AND ((t1."id" > $1) IS NOT TRUE))"#;
        User::orders.count().gt(1) => r#"(SELECT count(*) FROM "orders" AS t1 WHERE t1."user_id" = t0."id") > $1"#;
        Order::customer.is(User::age.is_null()) =>
            r#"EXISTS (SELECT 1 FROM "users" AS t1 WHERE t1."id" = t0."user_id" AND (t1."age" IS NULL))"#;
        Order::customer.value(User::full_name).eq("A") =>
            r#"(SELECT t1."full_name" FROM "users" AS t1 WHERE t1."id" = t0."user_id") = $1"#;
        User::tags.any(Tag::name.eq("x")) =>
            r#"EXISTS (SELECT 1 FROM "tags" AS t1 JOIN (SELECT "user_id" AS "orm owner 0", "tag_id" AS "orm target 0" FROM "user_tags") AS t2 ON t2."orm target 0" = t1."id" WHERE t2."orm owner 0" = t0."id" AND (t1."name" = $1))"#;
        Category::children.any(Category::children.exists()) =>
            r#"EXISTS (SELECT 1 FROM "categories" AS t1 WHERE t1."parent_id" = t0."id" AND (EXISTS (SELECT 1 FROM "categories" AS t2 WHERE t2."parent_id" = t1."id")))"#;
    }
}

#[test]
fn values_are_numbered_in_the_order_of_the_text() {
    let filter = User::orders
        .any(
            Order::line_items
                .any(OrderItem::product.is(Product::name.eq("a")))
                .and(Order::id.in_([1])),
        )
        .and(User::roles.any(Role::name.eq("b")))
        .and(User::age.eq(3));
    let sql = sql(filter);
    let places: Vec<Option<usize>> = ["$1", "$2", "$3", "$4"]
        .map(|placeholder| sql.find(placeholder))
        .to_vec();
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{sql}"
    );
    assert_eq!(sql.matches('$').count(), 4);
}
