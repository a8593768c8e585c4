//! How many rows the server sends for a tree.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use orm::exec::LogEvent;
use orm::prelude::*;

use crate::database::{Place, Test, shop};
use crate::shop::{Order, User};

/// The shop through a pool that counts the rows it receives.
async fn counting(shop: &Place) -> Test<(Db, Arc<AtomicU64>)> {
    let rows = Arc::new(AtomicU64::new(0));
    let received = Arc::clone(&rows);
    let config = shop.config()?.logger(move |event: &LogEvent<'_>| {
        received.fetch_add(event.rows().unwrap_or_default(), Ordering::Relaxed);
    });
    Ok((Db::connect(config).await?, rows))
}

/// 100 orders and 100 referred users of one user.
async fn with_two_collections() -> Test<Place> {
    let shop = shop().await?;
    shop.run(
        "INSERT INTO orders (user_id, status, total_in_cents, created_at, updated_at) \
         SELECT 4, 'processing', n, now(), now() FROM generate_series(1, 100) AS n; \
         INSERT INTO users (full_name, email, password_hash, referrer_id, created_at, updated_at) \
         SELECT 'n', n || '@x.example', 'h', 4, now(), now() FROM generate_series(1, 100) AS n;",
    )
    .await?;
    Ok(shop)
}

// A join of both would send 10,000.
#[tokio::test]
async fn two_collections_of_one_row_are_added_and_not_multiplied() -> Test {
    let shop = with_two_collections().await?;
    let (db, rows) = counting(&shop).await?;
    let user = User::find(4)
        .include(User::orders)
        .include(User::referred)
        .one(&db)
        .await?;
    assert_eq!((user.orders.len(), user.referred.len()), (100, 100));
    assert_eq!(rows.load(Ordering::Relaxed), 1 + 100 + 100);
    Ok(())
}

#[tokio::test]
async fn a_limit_per_parent_is_kept_by_the_server() -> Test {
    let shop = with_two_collections().await?;
    let (db, rows) = counting(&shop).await?;
    let latest = User::orders.order_by(Order::id.desc()).limit(2);
    let users = User::query()
        .filter(User::id.le(4))
        .include(latest)
        .all(&db)
        .await?;
    let loaded: usize = users.iter().map(|user| user.orders.len()).sum();
    // Ann has 3 orders, Bob and Cid one each, Dee 100.
    assert_eq!(loaded, 2 + 1 + 1 + 2);
    assert_eq!(rows.load(Ordering::Relaxed), 4 + loaded as u64);
    Ok(())
}
