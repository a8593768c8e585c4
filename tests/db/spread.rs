//! Trees of many rows: one statement, or one per level where that is quicker.

use orm::prelude::*;

use crate::database::{Place, Test, shop};
use crate::shop::{Order, OrderItem, User};

/// So many that folding them into one statement costs more than going back and forth.
const ITEMS: usize = 40_000;

async fn big_shop() -> Test<Place> {
    let shop = shop().await?;
    shop.run(&format!(
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price_in_cents)
         SELECT 1 + n % 5, 1 + n % 3, 1, n FROM generate_series(1, {ITEMS}) AS n"
    ))
    .await?;
    Ok(shop)
}

// Which way is taken depends on how quickly this machine's server answers; what
// comes back must not.
#[tokio::test]
async fn a_second_run_returns_what_the_first_did() -> Test {
    let shop = big_shop().await?;
    let tree = User::query()
        .order_by(User::id.desc())
        .include(User::orders.include(Order::line_items.include(OrderItem::product)));
    let first = tree.clone().all(&shop.db).await?;
    let second = tree.clone().all(&shop.db).await?;
    assert!(first == second);
    let items = first.iter().flat_map(|user| &user.orders);
    let items: usize = items.map(|order| order.line_items.len()).sum();
    assert_eq!(items, ITEMS + 6);
    Ok(())
}

// Each statement of a transaction may see something new, so a tree stays one.
#[tokio::test]
async fn a_transaction_fetches_a_tree_in_one_statement() -> Test {
    let shop = big_shop().await?;
    let tree = User::query().include(User::orders.include(Order::line_items));
    tree.clone().all(&shop.db).await?;
    let tx = shop.db.begin().await?;
    shop.log.clear();
    tree.all(&tx).await?;
    shop.log.assert_count(1);
    tx.rollback().await?;
    Ok(())
}

#[tokio::test]
async fn together_means_one_statement_however_many_rows() -> Test {
    let shop = big_shop().await?;
    let tree = User::query().include(
        User::orders
            .together()
            .include(Order::line_items.together()),
    );
    for _ in 0..2 {
        shop.log.clear();
        tree.clone().all(&shop.db).await?;
        shop.log.assert_count(1);
    }
    Ok(())
}
