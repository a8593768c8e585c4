//! Shapes whose rows are chosen, and shapes in includes.

use orm::prelude::*;

use super::database::Storefront;
use super::models::{Order, OrderStatus, User};
use super::nested::{OrderHistory, Total, UserHistory};

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Recent {
    id: i32,
    #[projection(include = User::orders
        .filter(Order::status.ne(OrderStatus::Cancelled))
        .order_by(Order::total_in_cents.desc())
        .limit(2))]
    biggest: Vec<Total>,
    orders: Vec<Total>,
}

#[tokio::test]
async fn the_rows_of_a_field_can_be_chosen_sorted_and_limited() {
    let shop = Storefront::seeded().await;
    for (id, status, total) in [
        (1, "pending", 20),
        (2, "cancelled", 900),
        (3, "pending", 70),
    ] {
        shop.order(id, 2, status, total).await;
    }
    shop.log.clear();
    let bob = User::find(2)
        .select::<Recent>()
        .one(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    let cents = |totals: &[Total]| totals.iter().map(|t| t.total_in_cents).collect::<Vec<_>>();
    assert_eq!(cents(&bob.biggest), [70, 20]);
    assert_eq!(cents(&bob.orders), [20, 900, 70]);
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = User)]
struct Buyer {
    #[projection(include = User::orders.required().separate())]
    orders: Vec<OrderHistory>,
}

#[tokio::test]
async fn required_leaves_parents_out_and_separate_is_a_statement_more() {
    let shop = Storefront::seeded().await;
    let buyers = User::query().select::<Buyer>().all(&shop.db).await.unwrap();
    shop.log.assert_count(2);
    assert_eq!(buyers.len(), 1);
    assert_eq!(buyers[0].orders[0].line_items.len(), 1);
}

#[tokio::test]
async fn an_include_can_load_shapes_beside_whole_rows() {
    let shop = Storefront::seeded().await;
    let sarah = User::find(1)
        .include(User::orders.order_by(Order::id).select::<OrderHistory>())
        .include(User::badge)
        .one(&shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    assert_eq!(sarah.password_hash, "secret");
    assert_eq!(sarah.badge, None);
    assert_eq!(sarah.orders[0].line_items[0].quantity, 1);
    let history = User::find(1)
        .select::<UserHistory>()
        .one(&shop.db)
        .await
        .unwrap();
    assert_eq!(sarah.orders, history.orders);
}

#[tokio::test]
async fn shapes_load_for_rows_that_are_there() {
    let shop = Storefront::seeded().await;
    let users = User::query()
        .order_by(User::id)
        .all(&shop.db)
        .await
        .unwrap();
    shop.log.clear();
    let orders = User::orders
        .select::<Total>()
        .load_for(&users, &shop.db)
        .await
        .unwrap();
    shop.log.assert_count(1);
    assert_eq!(
        orders,
        [
            vec![Total {
                total_in_cents: 149_999
            }],
            vec![]
        ]
    );
}
