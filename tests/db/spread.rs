//! Trees of many rows: one statement, or one per level where that is quicker.

use std::error::Error;
use std::sync::Once;
use std::time::{Duration, Instant};

use orm::exec::PoolOptions;
use orm::prelude::*;
use orm::query::Query;
use orm::raw::{raw_expr, raw_sql};

use crate::database::{Place, Test, shop};
use crate::shop::{Order, OrderItem, User};

/// So many that folding them into one statement costs more than going back and forth.
const ITEMS: usize = 40_000;

/// How long to look for an answer that shows a server to be near.
const NEAR: Duration = Duration::from_secs(5);

/// How long that may take where it is known to be.
const LIMIT: Duration = Duration::from_secs(60);

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

// The order of a level is kept whichever way it is fetched: by the server's
// sorting, by a number in a shared result, or by a limit per parent.
#[tokio::test]
async fn every_order_survives_both_ways() -> Test {
    let shop = big_shop().await?;
    let by_price = || Order::line_items.order_by(OrderItem::unit_price_in_cents.desc());
    let orders = || User::orders.order_by((Order::total_in_cents, Order::id.desc()));
    let all = User::query().include(orders().include(by_price()));
    let some = User::query().include(orders().limit(2).include(by_price().limit(900).offset(1)));
    for tree in [all, some] {
        let first = tree.clone().all(&shop.db).await?;
        let second = tree.clone().all(&shop.db).await?;
        assert!(first == second);
        let orders = second.iter().flat_map(|user| &user.orders);
        for order in orders {
            let prices = order.line_items.iter().map(|it| it.unit_price_in_cents);
            assert!(prices.rev().is_sorted());
        }
    }
    Ok(())
}

// The connection is back in the pool when the tree is there, with no transaction open.
#[tokio::test]
async fn level_by_level_ends_its_transaction() -> Test {
    let shop = big_shop().await?;
    let db = Db::connect(shop.config()?.pool(PoolOptions::new().max(1))).await?;
    let tree = User::query().include(User::orders.include(Order::line_items));
    tree.clone().all(&db).await?;
    if tree.clone().explain(&db).await?.note.is_none() {
        // A server so far away that one statement is quicker.
        return Ok(());
    }
    for _ in 0..3 {
        tree.clone().all(&db).await?;
        let open = raw_sql(
            "SELECT count(*) FROM pg_stat_activity \
             WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
        );
        assert_eq!(open.scalar::<i64>(&shop.db).await?, 0);
    }
    // The last statement fails while COMMIT is on its way behind it.
    let fails = raw_expr("1 / (\"quantity\" - 1) > 0").filter();
    let broken = User::query().include(User::orders.include(Order::line_items.filter(fails)));
    for _ in 0..2 {
        assert!(broken.clone().all(&db).await.is_err());
    }
    assert_eq!(
        User::query().count(&db).await?,
        tree.all(&db).await?.len() as i64
    );
    Ok(())
}

// Between the first level and the second, somebody else changes the rows of the
// second. All levels are of the moment of the first.
#[tokio::test]
async fn level_by_level_sees_one_moment() -> Test {
    let shop = big_shop().await?;
    let tree = User::query().include(User::orders.include(Order::line_items));
    let before = tree.clone().all(&shop.db).await?;
    if !goes_level_by_level(&tree, &shop.db).await? {
        return Ok(());
    }
    let url = shop.url();
    let change = Once::new();
    let meddled = shop.db.with_logger(move |event| {
        if event.sql().contains("FROM \"users\"") {
            change.call_once(|| meddle(url.clone()));
        }
    });
    let during = tree.clone().all(&meddled).await?;
    assert!(during == before, "levels of different moments");
    let after = tree.all(&shop.db).await?;
    assert!(after != before, "nobody changed anything");
    Ok(())
}

/// Whether the tree, which was loaded before, is fetched level by level: always
/// from a server of our own, in the end.
async fn goes_level_by_level<L: Send + Sync + 'static>(
    tree: &Query<User, L>,
    db: &Db,
) -> Test<bool> {
    // On a busy machine it takes some answers to find out how near the server is.
    let start = Instant::now();
    while tree.clone().explain(db).await?.note.is_none() {
        if !orm_testkit::server()?.is_private() && start.elapsed() > NEAR {
            return Ok(false);
        }
        assert!(start.elapsed() < LIMIT, "a private server is near");
        User::query().exists(db).await?;
    }
    Ok(true)
}

// A dead connection is noticed by the BEGIN of the snapshot, which nothing was
// read behind: the tree comes over another one.
#[tokio::test]
async fn level_by_level_survives_a_dead_connection() -> Test {
    let shop = big_shop().await?;
    let db = Db::connect(shop.config()?.pool(PoolOptions::new().max(1))).await?;
    let tree = User::query().include(User::orders.include(Order::line_items));
    let before = tree.clone().all(&db).await?;
    if !goes_level_by_level(&tree, &db).await? {
        return Ok(());
    }
    let pid: i32 = raw_sql("SELECT pg_backend_pid()").scalar(&db).await?;
    // On this thread, so that the driver has no chance to hear of it.
    kill(shop.url(), pid);
    assert!(tree.all(&db).await? == before);
    let pid_now: i32 = raw_sql("SELECT pg_backend_pid()").scalar(&db).await?;
    assert_ne!(pid_now, pid);
    Ok(())
}

/// Ends a connection, and is done when it is gone.
fn kill(url: String, pid: i32) {
    elsewhere(async move || {
        let db = Db::connect(Config::from_url(&url)?).await?;
        // PostgreSQL 13 cannot wait by itself.
        let ended = raw_sql("SELECT pg_terminate_backend($1)").bind(pid);
        assert!(ended.scalar::<bool>(&db).await?, "it was there");
        let there =
            || raw_sql("SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1)").bind(pid);
        let limit = Instant::now() + Duration::from_secs(10);
        while there().scalar::<bool>(&db).await? {
            assert!(Instant::now() < limit, "it never goes");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Ok(())
    });
}

/// Runs something in another thread while this one stands still.
fn elsewhere(work: impl AsyncFnOnce() -> Outcome + Send + 'static) {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Runtime::new()?;
        runtime.block_on(work())
    });
    let done = thread.join().expect("a thread that ends");
    done.expect("work that succeeds");
}

type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Changes every level but the first, and is done when it returns.
fn meddle(url: String) {
    elsewhere(async move || {
        let db = Db::connect(Config::from_url(&url)?).await?;
        OrderItem::query().all_rows().delete().run(&db).await?;
        let orders = Order::query().all_rows().update();
        orders.set(Order::total_in_cents, 7).save(&db).await?;
        Ok(())
    });
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
