//! Destroying needs a permission for this very database.

use orm_core::ddl::DestroyDatabase;
use orm_core::error::ErrorKind;

use crate::connect::Place;
use crate::storefront;

const TABLES: &str = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";

#[tokio::test]
async fn a_permission_for_another_database_is_refused() {
    let place = Place::with(storefront::ALL).await;
    let permission = DestroyDatabase::named("shop_test");
    let scope = place.log.scope();
    for result in [
        place.db.drop_tables(storefront::ALL, &permission).await,
        place.db.recreate(storefront::ALL, &permission).await,
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let expected = format!(
            "no table was dropped: this is the database `{}`, and the permission is for `shop_test`",
            place.database.name()
        );
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(scope.matching("DROP"), [""; 0]);
    assert_eq!(
        place.texts(TABLES).await,
        ["order_items", "orders", "products", "users"]
    );
}

#[tokio::test]
async fn a_plan_is_shown_first_and_then_carried_out() {
    let place = Place::with(storefront::ALL).await;
    let shown = place.db.plan_drop(storefront::ALL).await.unwrap();
    assert_eq!(
        shown.to_string(),
        "DROP TABLE \"public\".\"order_items\", \"public\".\"orders\", \"public\".\"products\", \
         \"public\".\"users\";\nDROP TYPE \"public\".\"enum_orders_status\";\n"
    );
    assert_eq!(place.texts(TABLES).await.len(), 4);
    let permission = DestroyDatabase::named(place.database.name());
    let done = place
        .db
        .drop_tables(storefront::ALL, &permission)
        .await
        .unwrap();
    assert_eq!(done, shown);
    assert_eq!(place.texts(TABLES).await, [""; 0]);
    let types = "SELECT typname::text FROM pg_type WHERE typtype = 'e'";
    assert_eq!(place.texts(types).await, [""; 0]);
    // What is not there is not dropped again.
    let again = place
        .db
        .drop_tables(storefront::ALL, &permission)
        .await
        .unwrap();
    assert!(again.is_empty());
}

// CASCADE would reach tables that nobody named.
#[tokio::test]
async fn what_others_depend_on_stays() {
    let place = Place::with(storefront::ALL).await;
    place
        .run("CREATE TABLE reviews (product_id int REFERENCES products)")
        .await;
    let permission = DestroyDatabase::named(place.database.name());
    let error = place
        .db
        .drop_tables(storefront::ALL, &permission)
        .await
        .unwrap_err();
    assert_eq!(error.sqlstate(), Some("2BP01"));
    assert_eq!(place.texts(TABLES).await.len(), 5);
}

#[tokio::test]
async fn tables_are_recreated_empty() {
    let place = Place::with(storefront::ALL).await;
    place
        .run(
            "INSERT INTO products (name, price_in_cents, created_at, updated_at) \
             VALUES ('Pen', 1, now(), now()); ALTER TABLE orders ADD discount_code text",
        )
        .await;
    let permission = DestroyDatabase::named(place.database.name());
    let plan = place
        .db
        .recreate(storefront::ALL, &permission)
        .await
        .unwrap();
    assert!(plan.statements()[0].starts_with("DROP TABLE"));
    assert_eq!(place.texts("SELECT name FROM products").await, [""; 0]);
    place.expect_in_step(storefront::ALL).await;
}

#[tokio::test]
async fn nothing_needs_no_statement() {
    let place = Place::new().await;
    let permission = DestroyDatabase::named(place.database.name());
    let plan = place.db.drop_tables(tables![], &permission).await.unwrap();
    assert!(plan.is_empty());
}
