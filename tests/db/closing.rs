//! What happens beside the queries holds up nobody.

use std::time::Duration;

use orm::exec::PoolOptions;
use orm::prelude::*;
use orm_testkit::{LatencyProxy, server};
use tokio::time::timeout;

use crate::database::{Test, shop};
use crate::shop::{Order, User};

/// So many rows that the distance of the server begins to matter.
const ITEMS: usize = 700;

#[tokio::test]
async fn the_distance_is_measured_at_nobodys_cost() -> Test {
    let shop = shop().await?;
    shop.run(&format!(
        "INSERT INTO order_items (order_id, product_id, quantity, unit_price_in_cents)
         SELECT 1, 1, 1, n FROM generate_series(1, {ITEMS}) AS n"
    ))
    .await?;
    let proxy = LatencyProxy::start(server()?.address(), Duration::from_millis(50))?;
    let options = PoolOptions::new().max(1).acquire(Duration::from_secs(60));
    let config = shop.config_via(proxy.local_addr())?.pool(options);
    let tree = User::query().include(User::orders.include(Order::line_items));

    // Closed while the answer is on its way.
    let db = Db::connect(config.clone()).await?;
    tree.clone().all(&db).await?;
    timeout(Duration::from_secs(20), db.close()).await?;

    // Another task takes the only connection as soon as the rows are there.
    let db = Db::connect(config).await?;
    let reading = tree.all(&db);
    let holding = async {
        let tx = db.begin().await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        tx.rollback().await
    };
    let started = tokio::time::Instant::now();
    let reading = async {
        let rows = reading.await;
        (rows, started.elapsed())
    };
    let ((rows, took), held) = tokio::join!(reading, holding);
    held?;
    rows?;
    assert!(took < Duration::from_secs(2), "{took:?}");
    Ok(())
}
