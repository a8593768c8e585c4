//! The task that keeps the pool between `min` and what is needed.

use std::sync::{Arc, Weak};
use std::time::Duration;

use deadpool::managed::Timeouts;

use super::connection::Pool;
use super::pool::Shared;
use super::server::DEFAULT_CONNECT_TIMEOUT;
use crate::exec::pool_options::PoolOptions;

/// Starts the keeper. It holds the pool only while it works, and ends with it.
pub(in crate::exec) fn start(shared: &Arc<Shared>, options: PoolOptions) {
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
    while pool.status().size < min {
        let limit = pool.timeouts().create.unwrap_or(DEFAULT_CONNECT_TIMEOUT);
        let opening = pool.manager().open();
        let Ok(Ok(connection)) = tokio::time::timeout(limit, opening).await else {
            return;
        };
        pool.manager().lay_by(connection);
        hand_over(pool).await;
        pool.manager().close_spare();
    }
}

/// Lets the pool ask for the connection that was laid by. What is idle has to be
/// taken out first, and goes back at once: nothing here waits.
async fn hand_over(pool: &Pool) {
    let hasty = Timeouts {
        wait: Some(Duration::ZERO),
        create: None,
        recycle: None,
    };
    let size = pool.status().size;
    let mut held = Vec::new();
    while pool.status().size <= size && held.len() <= size {
        match pool.timeout_get(&hasty).await {
            Ok(object) => held.push(object),
            Err(_) => return,
        }
    }
}
