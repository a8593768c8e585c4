//! Whole statements that read one table.

use orm::prelude::*;
use orm::query::{case, count, holds, row_number};

use crate::shop::{Category, Profile, User, UserRole};

#[test]
fn a_query_lists_its_columns_and_binds_its_values() {
    assert_eq!(
        Category::query().to_sql(),
        r#"SELECT "id", "parent_id", "name" FROM "categories""#
    );
    assert_eq!(
        Category::find(42).to_sql(),
        r#"SELECT "id", "parent_id", "name" FROM "categories" WHERE "id" = $1"#
    );
    assert_eq!(
        UserRole::find((1, 2)).to_sql(),
        r#"SELECT "user_id", "role_id", "note" FROM "user_roles" WHERE "user_id" = $1 AND "role_id" = $2"#
    );
    assert!(
        User::find_by(User::email, "a")
            .to_sql()
            .ends_with(r#" FROM "users" WHERE "email" = $1"#)
    );
}

#[test]
fn order_limit_offset_and_distinct() {
    let query = Category::query()
        .filter(Category::name.ne("x"))
        .order_by((Category::parent_id.desc().nulls_last(), Category::name))
        .order_by(Category::id.asc().nulls_first())
        .limit(10)
        .offset(20)
        .distinct();
    let expected = concat!(
        r#"SELECT DISTINCT "id", "parent_id", "name" FROM "categories" WHERE "name" <> $1 "#,
        r#"ORDER BY "parent_id" DESC NULLS LAST, "name", "id" NULLS FIRST LIMIT $2 OFFSET $3"#
    );
    assert_eq!(query.to_sql(), expected);
}

#[test]
fn locks() {
    let query = || Profile::find(1);
    let tail = |sql: String| {
        sql.split_once("$1")
            .map(|(_, tail)| tail.to_owned())
            .unwrap_or_default()
    };
    assert_eq!(tail(query().for_update().to_sql()), " FOR UPDATE");
    assert_eq!(
        tail(query().for_no_key_update().nowait().to_sql()),
        " FOR NO KEY UPDATE NOWAIT"
    );
    assert_eq!(
        tail(query().for_share().skip_locked().to_sql()),
        " FOR SHARE SKIP LOCKED"
    );
    assert_eq!(tail(query().for_key_share().to_sql()), " FOR KEY SHARE");
}

#[test]
fn reports() {
    let report = User::query()
        .filter(User::age.is_not_null())
        .values((
            User::referrer_id,
            count(),
            User::age.sum(),
            User::id.count_distinct(),
        ))
        .group_by(User::referrer_id)
        .having(count().gt(1))
        .order_by(User::age.max().desc())
        .limit(3);
    let expected = concat!(
        r#"SELECT "referrer_id", count(*), sum("age"), count(DISTINCT "id") FROM "users" WHERE "age" IS NOT NULL "#,
        r#"GROUP BY "referrer_id" HAVING count(*) > $1 ORDER BY max("age") DESC LIMIT $2"#
    );
    assert_eq!(report.to_sql(), expected);
}

#[test]
fn computed_values() {
    let query = User::query().values((
        case(User::age.lt(18), User::full_name, "grown up"),
        holds(User::age.is_null()),
        count()
            .filter_where(User::age.gt(60))
            .over(User::referrer_id, User::id.desc()),
        row_number().over((), User::id),
    ));
    let expected = concat!(
        r#"SELECT CASE WHEN "age" < $1 THEN "full_name" ELSE $2 END, "age" IS NULL, "#,
        r#"count(*) FILTER (WHERE "age" > $3) OVER (PARTITION BY "referrer_id" ORDER BY "id" DESC), "#,
        r#"row_number() OVER (ORDER BY "id") FROM "users""#
    );
    assert_eq!(query.to_sql(), expected);
}

#[test]
fn an_alias_appears_only_where_another_table_is_looked_at() {
    assert!(
        !User::query()
            .filter(User::age.eq(1))
            .to_sql()
            .contains("t0")
    );
    let sorted = Category::query()
        .order_by(Category::children.count())
        .to_sql();
    let expected = concat!(
        r#"SELECT t0."id", t0."parent_id", t0."name" FROM "categories" AS t0 "#,
        r#"ORDER BY (SELECT count(*) FROM "categories" AS t1 WHERE t1."parent_id" = t0."id")"#
    );
    assert_eq!(sorted, expected);
}

#[test]
fn the_first_of_each_group() {
    let query = User::query().filter(User::age.gt(17));
    let query = query.first_of_each(1, User::referrer_id, User::age.desc());
    // Said again outside: a row that is locked may have changed since it was chosen.
    let expected = concat!(
        r#"SELECT t0."id" FROM "users" AS t0 WHERE t0."age" > $1 AND t0."id" IN (SELECT t1.v0 FROM "#,
        r#"(SELECT t2."id" AS v0, row_number() OVER (PARTITION BY t2."referrer_id" ORDER BY t2."age" DESC, t2."id") "#,
        r#"AS v1 FROM "users" AS t2 WHERE t2."age" > $2) AS t1 WHERE t1.v1 <= $3)"#
    );
    assert_eq!(query.values(User::id).to_sql(), expected);
}
