//! Values that are computed, and values of parents.

use orm::prelude::*;

use super::database::Storefront;
use super::models::{Order, OrderItem, OrderStatus, User};

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Activity {
    id: i32,
    #[projection(value = User::full_name.upper())]
    full_name: String,
    #[projection(value = User::orders.count())]
    orders: i64,
    #[projection(value = User::orders.count_where(Order::status.eq(OrderStatus::Pending)))]
    open: i64,
}

#[test]
fn a_computed_value_has_the_name_of_its_field() {
    let sql = User::query()
        .order_by(User::full_name)
        .select::<Activity>()
        .to_sql();
    let expected = [
        r#"SELECT t0."id", upper(t0."full_name") AS "full_name", "#,
        r#"(SELECT count(*) FROM "orders" AS t1 WHERE t1."user_id" = t0."id") AS "orders", "#,
        r#"(SELECT count(*) FROM "orders" AS t2 WHERE t2."user_id" = t0."id" AND (t2."status" = $1)) AS "open" "#,
        r#"FROM "users" AS t0 ORDER BY t0."full_name""#,
    ];
    assert_eq!(sql, expected.concat());
}

#[tokio::test]
async fn aggregates_over_an_association_are_values() {
    let shop = Storefront::seeded().await;
    shop.order(8, 1, "pending", 5).await;
    shop.log.clear();
    let activity = User::query()
        .order_by(User::id)
        .select::<Activity>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let seen: Vec<(i32, &str, i64, i64)> = activity
        .iter()
        .map(|user| (user.id, user.full_name.as_str(), user.orders, user.open))
        .collect();
    assert_eq!(seen, [(1, "SARAH MITCHELL", 2, 1), (2, "BOB YOUNG", 0, 0)]);
}

/// What is computed from a column does not take part in an order by it.
#[derive(Projection, Debug, PartialEq)]
#[projection(model = Order)]
struct Discounted {
    #[projection(value = Order::total_in_cents * -1)]
    total_in_cents: i32,
}

#[tokio::test]
async fn an_order_means_the_column_and_not_the_field() {
    let shop = Storefront::seeded().await;
    shop.order(8, 1, "pending", 5).await;
    let discounted = Order::query()
        .order_by(Order::total_in_cents)
        .select::<Discounted>()
        .all(&shop.db)
        .await
        .unwrap();
    let cents: Vec<i32> = discounted.iter().map(|o| o.total_in_cents).collect();
    assert_eq!(cents, [-5, -149_999]);
}

/// A flat row: values of parents and of their parents.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = OrderItem)]
struct Line {
    quantity: i32,
    #[projection(value = OrderItem::product.value(super::models::Product::name))]
    product: Option<String>,
    #[projection(value = OrderItem::order.value(Order::customer.value(User::full_name)))]
    customer: Option<String>,
}

#[tokio::test]
async fn values_of_parents_lie_flat_in_the_row() {
    let shop = Storefront::seeded().await;
    shop.run(
        "INSERT INTO order_items (id, order_id, quantity, unit_price_in_cents) VALUES (2, 7, 3, 1)",
    )
    .await;
    let lines = OrderItem::query()
        .order_by(OrderItem::id)
        .select::<Line>()
        .all(&shop.db)
        .await
        .unwrap();
    let customer = Some("Sarah Mitchell".to_owned());
    assert_eq!(
        lines,
        [
            Line {
                quantity: 1,
                product: Some("Pro Laptop 15".to_owned()),
                customer: customer.clone()
            },
            Line {
                quantity: 3,
                product: None,
                customer
            },
        ]
    );
}

/// Computed values on two levels, one with the name of a key that is fetched for the loader.
#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Report {
    #[projection(value = User::id * 10)]
    id: i32,
    #[projection(value = User::orders.count())]
    order_count: i64,
    orders: Vec<Receipt>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Order)]
struct Receipt {
    #[projection(value = Order::line_items.count())]
    lines: i64,
    #[projection(value = Order::customer.value(User::email))]
    email: Option<String>,
    #[projection(value = Order::total_in_cents / 100)]
    total: i32,
    line_items: Vec<Line>,
}

#[tokio::test]
async fn values_are_computed_on_every_level_of_one_statement() {
    let shop = Storefront::seeded().await;
    let report = User::query()
        .select::<Report>()
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    assert_eq!(
        report[0],
        Report {
            id: 10,
            order_count: 1,
            orders: vec![Receipt {
                lines: 1,
                email: Some("sarah@example.com".to_owned()),
                total: 1_499,
                line_items: vec![Line {
                    quantity: 1,
                    product: Some("Pro Laptop 15".to_owned()),
                    customer: Some("Sarah Mitchell".to_owned()),
                }],
            }],
        }
    );
    assert_eq!((report[1].id, report[1].order_count), (20, 0));
}
