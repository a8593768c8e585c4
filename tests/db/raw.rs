//! SQL written by hand, values bound.

use orm::prelude::*;
use orm::raw::{raw_expr, raw_sql};

use crate::database::{Test, shop};
use crate::shop::{Category, Product, User};

#[tokio::test]
async fn models_are_read_by_column_name() -> Test {
    let shop = shop().await?;
    let found = raw_sql("SELECT 'extra' AS extra, name, parent_id, id FROM categories WHERE parent_id = $1 ORDER BY id")
        .bind(1)
        .models::<Category>(&shop.db)
        .await?;
    assert_eq!(
        found[0],
        Category {
            id: 2,
            parent_id: Some(1),
            name: "home".into()
        }
    );
    assert_eq!(found.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_missing_column_is_a_typed_error() -> Test {
    let shop = shop().await?;
    let error = raw_sql("SELECT id, name FROM categories")
        .models::<Category>(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("parent_id"), "{error}");
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    Ok(())
}

#[tokio::test]
async fn rows_and_scalars() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let rows: Vec<(String, i64)> = raw_sql(
        "SELECT u.full_name, count(*) FROM users u JOIN orders o ON o.user_id = u.id \
         WHERE o.total_in_cents >= $1 AND u.full_name <> $2 GROUP BY 1 ORDER BY 1",
    )
    .bind(3_000)
    .bind("Bob")
    .rows(&shop.db)
    .await?;
    assert_eq!(rows, [("Ann".to_owned(), 3), ("Cid".to_owned(), 1)]);
    let ages: Vec<Option<i32>> = raw_sql("SELECT age FROM users ORDER BY id")
        .scalars(&shop.db)
        .await?;
    assert_eq!(ages, [Some(30), None, Some(20), Some(40)]);
    let sum: i64 = raw_sql("SELECT sum(x) FROM unnest($1::int[]) x")
        .bind(vec![1, 2, 3])
        .scalar(&shop.db)
        .await?;
    assert_eq!(sum, 6);
    Ok(())
}

#[tokio::test]
async fn a_wrong_type_or_number_of_rows_is_a_typed_error() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let error = raw_sql("SELECT full_name FROM users")
        .scalars::<i32>(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    let error = raw_sql("SELECT id FROM users")
        .scalar::<i32>(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("more than one row"), "{error}");
    let error = raw_sql("SELECT id FROM users WHERE false")
        .scalar::<i32>(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("no row"), "{error}");
    let error = raw_sql("SELECT NULL::int")
        .scalar::<i32>(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    let error = raw_sql("SELECT 1")
        .rows::<(i32, i32)>(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    Ok(())
}

#[tokio::test]
async fn execute_tells_how_many_rows_were_written() -> Test {
    let shop = shop().await?;
    let written =
        raw_sql("UPDATE products SET stock_quantity = stock_quantity + $1 WHERE id <= $2")
            .bind(1)
            .bind(2)
            .execute(&shop.db)
            .await?;
    assert_eq!(written, 2);
    Ok(())
}

#[tokio::test]
async fn a_raw_filter_keeps_its_place_among_the_parameters() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let query = Product::query()
        .filter(Product::price_in_cents.gt(100))
        .filter(
            raw_expr("char_length(name) BETWEEN ")
                .bind(4)
                .raw(" AND ")
                .bind(5)
                .filter(),
        )
        .filter(Product::stock_quantity.ge(0));
    assert!(query.to_sql().ends_with(
        r#"WHERE "price_in_cents" > $1 AND (char_length(name) BETWEEN $2 AND $3) AND "stock_quantity" >= $4"#
    ), "{}", query.to_sql());
    let names: Vec<String> = query
        .order_by(Product::id)
        .values(Product::name)
        .all(&shop.db)
        .await?;
    assert_eq!(names, ["Mouse", "Desk"]);
    Ok(())
}

#[tokio::test]
async fn a_raw_value_is_selected_and_sorted_by() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let initial = || {
        raw_expr::<User>("left(full_name, ")
            .bind(1)
            .raw(")")
            .value::<String>()
    };
    let initials = User::query()
        .order_by(initial().desc())
        .values(initial())
        .all(&shop.db)
        .await?;
    assert_eq!(initials, ["D", "C", "B", "A"]);
    Ok(())
}
