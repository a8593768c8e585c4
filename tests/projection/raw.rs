//! Shapes of rows that a statement written by hand returns.

use orm::prelude::*;
use orm::raw::raw_sql;

use super::database::Storefront;
use super::models::{Order, User};

#[derive(Projection, Debug, PartialEq)]
#[projection(model = User)]
struct Buyer {
    #[projection(column = "full_name")]
    name: String,
    #[projection(value = User::orders.count())]
    order_count: i64,
}

#[tokio::test]
async fn values_are_found_by_name_in_any_order() {
    let shop = Storefront::seeded().await;
    let buyers = raw_sql(
        "SELECT count(o.id) AS order_count, u.id, u.full_name FROM users u \
         LEFT JOIN orders o ON o.user_id = u.id WHERE u.id >= $1 GROUP BY u.id ORDER BY u.id",
    )
    .bind(1)
    .projections::<Buyer>(&shop.db)
    .await
    .unwrap();
    let seen: Vec<(&str, i64)> = buyers
        .iter()
        .map(|buyer| (buyer.name.as_str(), buyer.order_count))
        .collect();
    assert_eq!(seen, [("Sarah Mitchell", 1), ("Bob Young", 0)]);
    let none = raw_sql("SELECT 1 FROM users WHERE 1 = 0").projections::<Buyer>(&shop.db);
    assert!(none.await.unwrap().is_empty());
}

#[tokio::test]
async fn a_missing_value_is_named() {
    let shop = Storefront::seeded().await;
    let error = raw_sql("SELECT full_name FROM users")
        .projections::<Buyer>(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("users.order_count"), "{error}");
}

#[derive(Projection, Debug)]
#[projection(model = User)]
struct WithOrders {
    #[allow(dead_code)] // no row ever arrives here
    orders: Vec<Order>,
}

#[tokio::test]
async fn associations_are_refused() {
    let shop = Storefront::seeded().await;
    let error = raw_sql("SELECT * FROM users")
        .projections::<WithOrders>(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("associations"), "{error}");
    shop.log.assert_count(0);
}
