//! How many statements an include tree is.

use orm::prelude::*;

use crate::database::{Test, empty_shop, shop};
use crate::shop::{Order, OrderItem, Role, User};

#[tokio::test]
async fn a_root_without_rows_has_no_children_to_load() -> Test {
    let shop = empty_shop().await?;
    let tree = || User::orders.include(Order::line_items);
    assert_eq!(User::query().include(tree()).all(&shop.db).await?.len(), 0);
    assert_eq!(
        User::query()
            .include(tree().separate())
            .all(&shop.db)
            .await?
            .len(),
        0
    );
    Ok(())
}

async fn with_users(count: i32) -> Test<crate::database::Place> {
    let shop = empty_shop().await?;
    shop.run(&format!(
        "INSERT INTO users SELECT n, 'user ' || n, n || '@shop.example', '', n, NULL, now(), now() FROM generate_series(1, {count}) n;
         INSERT INTO orders SELECT n, 1 + n % {count}, NULL, 'processing', n, NULL, now(), now() FROM generate_series(1, 3 * {count}) n;
         INSERT INTO order_items SELECT n, 1 + n % (3 * {count}), NULL, 1, n FROM generate_series(1, 6 * {count}) n"
    ))
    .await?;
    Ok(shop)
}

#[tokio::test]
async fn the_number_of_statements_does_not_depend_on_the_number_of_rows() -> Test {
    only_on_a_server!();
    for count in [1, 50, 500] {
        let shop = with_users(count).await?;
        let scope = shop.log.scope();
        let users = User::query()
            .include(User::orders.include(Order::line_items))
            .all(&shop.db)
            .await?;
        scope.assert_count(1);
        let scope = shop.log.scope();
        let separate = User::query()
            .include(User::orders.separate().include(Order::line_items))
            .all(&shop.db)
            .await?;
        scope.assert_count(2);
        assert_eq!(users.len(), usize::try_from(count)?);
        assert_eq!(users, separate);
        let items: usize = users
            .iter()
            .flat_map(|user| &user.orders)
            .map(|it| it.line_items.len())
            .sum();
        assert_eq!(items, 6 * users.len());
    }
    Ok(())
}

#[tokio::test]
async fn fifty_orders_are_51_statements_lazily_and_one_eagerly() -> Test {
    only_on_a_server!();
    let shop = with_users(50).await?;
    let scope = shop.log.scope();
    let orders = Order::query()
        .filter(Order::id.le(50))
        .order_by(Order::id)
        .all(&shop.db)
        .await?;
    let mut lazily = Vec::new();
    for order in &orders {
        lazily.push(
            order
                .related(Order::line_items)
                .query()
                .order_by(OrderItem::id)
                .all(&shop.db)
                .await?,
        );
    }
    scope.assert_count(51);
    let scope = shop.log.scope();
    let eagerly = Order::query()
        .filter(Order::id.le(50))
        .include(Order::line_items)
        .all(&shop.db)
        .await?;
    scope.assert_count(1);
    assert_eq!(
        eagerly
            .into_iter()
            .map(|order| order.line_items)
            .collect::<Vec<_>>(),
        lazily
    );
    Ok(())
}

#[tokio::test]
async fn separate_statements_give_the_same_values() -> Test {
    let shop = shop().await?;
    let together = User::query()
        .include(
            User::orders
                .order_by(Order::total_in_cents)
                .limit(2)
                .include(Order::line_items.include(OrderItem::product)),
        )
        .include(User::roles.order_by(Role::name.desc()))
        .include(User::referrer)
        .all(&shop.db)
        .await?;
    let scope = shop.log.scope();
    let lines = Order::line_items
        .separate()
        .include(OrderItem::product.separate());
    let separate = User::query()
        .include(
            User::orders
                .order_by(Order::total_in_cents)
                .limit(2)
                .separate()
                .include(lines),
        )
        .include(User::roles.order_by(Role::name.desc()).separate())
        .include(User::referrer.separate())
        .all(&shop.db)
        .await?;
    scope.assert_count(6);
    assert_eq!(together, separate);
    Ok(())
}

#[tokio::test]
async fn to_sql_shows_every_statement() -> Test {
    let one = User::query()
        .include(User::orders.include(Order::line_items))
        .to_sql();
    assert_eq!(one.lines().count(), 1);
    let three = User::query()
        .include(
            User::orders
                .separate()
                .include(Order::line_items.separate()),
        )
        .to_sql();
    assert_eq!(three.lines().count(), 3);
    Ok(())
}
