//! The task that keeps the pool between `min` and what is needed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use deadpool::managed::Timeouts;

use super::connection::Pool;
use super::pool::Shared;
use super::pool_options::PoolOptions;

/// Starts the keeper. It holds the pool only while it works, and ends with it.
pub(super) fn start(shared: &Arc<Shared>, options: PoolOptions) {
    shared.employ(tokio::spawn(keep(Arc::downgrade(shared), options)));
}

async fn keep(shared: Weak<Shared>, options: PoolOptions) {
    let period = period(&options);
    loop {
        tokio::time::sleep(period).await;
        let Some(pool) = shared.upgrade().map(|shared| shared.pool.clone()) else {
            return;
        };
        reap(&pool, &options);
        top_up(&pool, options.min).await;
    }
}

/// Often enough that no connection outstays its time by more than half.
fn period(options: &PoolOptions) -> Duration {
    let shortest = options
        .max_lifetime
        .map_or(options.idle, |life| life.min(options.idle));
    (shortest / 2).clamp(Duration::from_millis(20), Duration::from_secs(30))
}

/// Closes connections that are dead, too old, or idle and not needed.
fn reap(pool: &Pool, options: &PoolOptions) {
    let mut left = pool.status().size;
    pool.retain(|client, metrics| {
        let too_old = options
            .max_lifetime
            .is_some_and(|life| metrics.age() > life);
        let too_idle = metrics.last_used() > options.idle && left > options.min;
        let keep = !client.is_closed() && !too_old && !too_idle;
        if !keep {
            left -= 1;
        }
        keep
    });
}

/// Opens connections until there are `min`. If that fails now, it is tried
/// again next time; whoever needs a connection meanwhile gets the error.
async fn top_up(pool: &Pool, min: usize) {
    let timeouts = Timeouts {
        wait: Some(Duration::ZERO),
        ..pool.timeouts()
    };
    let mut held = Vec::new();
    while pool.status().size < min {
        // Held until the end, else the same connection would come back.
        match pool.timeout_get(&timeouts).await {
            Ok(object) => held.push(object),
            Err(_) => return,
        }
    }
}
