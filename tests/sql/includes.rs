//! Include trees: one statement, one branch per level.

use orm::prelude::*;

use crate::shop::{Category, Order, Tag, User};

#[test]
fn a_tree_is_one_statement_with_one_level_each() {
    let query = Category::query()
        .filter(Category::id.lt(9))
        .include(Category::children);
    let expected = concat!(
        r#"WITH "orm level 0" AS MATERIALIZED (SELECT "id", "parent_id", "name" FROM "categories" WHERE "id" < $1), "#,
        r#""orm level 1" AS (SELECT "id", "parent_id", "name" FROM "categories" WHERE "parent_id" = ANY(ARRAY(SELECT "id" FROM "orm level 0"))) "#,
        r#"SELECT 0, "id", "parent_id", "name" FROM "orm level 0" UNION ALL SELECT 1, "id", "parent_id", "name" FROM "orm level 1""#
    );
    assert_eq!(query.to_sql(), expected);
}

#[test]
fn a_limit_per_parent_is_lateral() {
    let query = Category::query().include(Category::children.order_by(Category::name).limit(2));
    let expected = concat!(
        r#"WITH "orm level 0" AS MATERIALIZED (SELECT "id", "parent_id", "name" FROM "categories"), "#,
        r#""orm level 1" AS (SELECT t1.*, row_number() OVER () AS "orm ordinal" FROM (SELECT "id" AS "k0" FROM "orm level 0") AS t0 CROSS JOIN LATERAL "#,
        r#"(SELECT t2."id", t2."parent_id", t2."name" "#,
        r#"FROM "categories" AS t2 WHERE t2."parent_id" = t0."k0" ORDER BY t2."name", t2."id" LIMIT $1) AS t1) "#,
        r#"SELECT 0, "id", "parent_id", "name", CAST(NULL AS bigint) FROM "orm level 0" "#,
        r#"UNION ALL SELECT 1, "id", "parent_id", "name", "orm ordinal" FROM "orm level 1""#
    );
    assert_eq!(query.to_sql(), expected);
}

#[test]
fn a_join_table_gives_the_key_of_the_parent() {
    let query = User::query().include(User::tags.filter(Tag::name.eq("x")));
    let level = concat!(
        r#""orm level 1" AS (SELECT t0."id", t0."name", t1."orm owner 0" FROM "tags" AS t0 "#,
        r#"JOIN (SELECT "user_id" AS "orm owner 0", "tag_id" AS "orm target 0" FROM "user_tags") AS t1 "#,
        r#"ON t1."orm target 0" = t0."id" "#,
        r#"WHERE t1."orm owner 0" = ANY(ARRAY(SELECT "id" FROM "orm level 0")) AND (t0."name" = $1))"#
    );
    assert!(query.to_sql().contains(level), "{}", query.to_sql());
}

// The lines of an order may name a product twice; who asks for its join rows
// gets them all.
#[test]
fn pairs_are_made_single_only_where_they_may_not_be() {
    let distinct = r#"JOIN (SELECT DISTINCT "order_id" AS "orm owner 0", "product_id" AS "orm target 0" FROM "order_items")"#;
    let once = Order::query().include(Order::products).to_sql();
    assert!(once.contains(distinct), "{once}");
    let rows = Order::query()
        .include(Order::products.with_join_row())
        .to_sql();
    assert!(!rows.contains("DISTINCT"), "{rows}");
    let any = Order::query().filter(Order::products.exists()).to_sql();
    assert!(!any.contains("DISTINCT"), "{any}");
    let counted = Order::query()
        .filter(Order::products.count().gt(1))
        .to_sql();
    assert!(counted.contains(distinct), "{counted}");
}

#[test]
fn a_separate_statement_binds_the_keys() {
    let query = Category::query()
        .include(Category::children.separate())
        .include(Category::parent.limit(1).separate());
    let expected = concat!(
        r#"SELECT "id", "parent_id", "name" FROM "categories""#,
        "\n",
        r#"SELECT "id", "parent_id", "name" FROM "categories" WHERE "parent_id" = ANY($1)"#,
        "\n",
        r#"SELECT t1.* FROM (SELECT * FROM unnest(CAST($1 AS integer[])) AS "keys" ("k0")) AS t0 "#,
        r#"CROSS JOIN LATERAL (SELECT t2."id", t2."parent_id", t2."name" FROM "categories" AS t2 "#,
        r#"WHERE t2."id" = t0."k0" ORDER BY t2."id" LIMIT $2) AS t1"#
    );
    assert_eq!(query.to_sql(), expected);
}

// Nothing else is in the result, so the rows' order needs no number.
#[test]
fn a_separate_statement_is_sorted_by_the_server() {
    let sorted = Category::children.order_by(Category::name).separate();
    let sql = Category::query().include(sorted).to_sql();
    let children = sql.lines().nth(1).unwrap_or_default();
    assert!(
        children.ends_with(r#"WHERE "parent_id" = ANY($1) ORDER BY "name", "id""#),
        "{children}"
    );
    let latest = Category::children.order_by(Category::name).limit(2);
    let sql = Category::query().include(latest.separate()).to_sql();
    assert!(!sql.contains("row_number"), "{sql}");
}

#[test]
fn columns_of_one_type_share_a_place_in_the_result() {
    let sql = Category::query()
        .include(Category::children.include(Category::children))
        .to_sql();
    let root = sql
        .split(" SELECT 0, ")
        .nth(1)
        .and_then(|rest| rest.split(" FROM ").next());
    assert_eq!(root, Some(r#""id", "parent_id", "name""#));
}

#[test]
fn the_text_does_not_depend_on_the_values() {
    let query = |id: i32, limit: u32| {
        User::query()
            .filter(User::id.in_(0..id))
            .include(
                User::orders
                    .limit(limit)
                    .include(crate::shop::Order::line_items),
            )
            .to_sql()
    };
    assert_eq!(query(1, 1), query(1_000, 7));
}
