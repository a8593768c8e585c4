//! Updates as text. Inserts and deletes have no `to_sql`; `tests/db` reads theirs
//! from the log.

use orm::prelude::*;

use crate::shop::{Category, Product, Profile};

#[test]
fn an_update_sets_what_was_given_and_moves_the_time() -> orm::Result<()> {
    let update = Product::query()
        .filter(Product::id.eq(1))
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - 1)
        .set(Product::description, None);
    let expected = concat!(
        r#"UPDATE "products" SET "stock_quantity" = "stock_quantity" - $1, "description" = $2, "#,
        r#""updated_at" = statement_timestamp() WHERE "id" = $3"#
    );
    assert_eq!(update.to_sql()?, expected);
    let without_times = Profile::query()
        .filter(Profile::user_id.eq(1))
        .update()
        .set(Profile::bio, "x");
    assert_eq!(
        without_times.to_sql()?,
        r#"UPDATE "profiles" SET "bio" = $1 WHERE "user_id" = $2"#
    );
    Ok(())
}

#[test]
fn an_update_with_an_association_qualifies_its_columns() -> orm::Result<()> {
    let update = Category::query()
        .filter(Category::children.is_empty())
        .update()
        .set(Category::parent_id, Category::id);
    let expected = concat!(
        r#"UPDATE "categories" AS t0 SET "parent_id" = t0."id" "#,
        r#"WHERE NOT EXISTS (SELECT 1 FROM "categories" AS t1 WHERE t1."parent_id" = t0."id")"#
    );
    assert_eq!(update.to_sql()?, expected);
    Ok(())
}

#[test]
fn nothing_set_is_no_statement() -> orm::Result<()> {
    assert_eq!(Product::query().all_rows().update().to_sql()?, "");
    Ok(())
}
