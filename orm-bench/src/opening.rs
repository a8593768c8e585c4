//! What comes before work: connecting, the first statement, a checkout.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use orm::exec::{PoolOptions, Pooler};
use orm::prelude::*;
use tokio_postgres::NoTls;

use crate::contender::Result;
use crate::models::User;

/// How often a checkout is done in a row.
const CHECKOUTS: u32 = 200;

/// The times of one stage, in the order of [`WHO`].
#[derive(Debug)]
pub struct Stage {
    /// What is done.
    pub what: &'static str,
    /// The medians.
    pub medians: [Duration; WHO.len()],
}

/// Who does it.
pub const WHO: [&str; 3] = ["raw", "orm", "orm, pooler mode"];

const CONNECT: &str = "connect";
const FIRST: &str = "first find by key of a connection";
const CHECKOUT: &str = "checkout and an empty statement";

/// Connects anew in each round, everyone in turn.
///
/// # Errors
/// When the server refuses.
pub async fn measure(url: &str, rounds: usize) -> Result<Vec<Stage>> {
    let mut found: [[Vec<Duration>; WHO.len()]; 3] = Default::default();
    for _ in 0..rounds * 4 {
        let turns = [
            raw(url).await?,
            ours(url, Pooler::None).await?,
            ours(url, Pooler::Transaction).await?,
        ];
        for (who, turn) in turns.into_iter().enumerate() {
            for (stage, time) in turn.into_iter().enumerate() {
                found[stage][who].push(time);
            }
        }
    }
    let stages = [CONNECT, FIRST, CHECKOUT].into_iter().zip(found);
    Ok(stages
        .map(|(what, times)| Stage {
            what,
            medians: times.map(|mut times| {
                times.sort_unstable();
                times[times.len() / 2]
            }),
        })
        .collect())
}

/// The pool of [`Raw`](crate::raw::Raw), with one connection.
async fn raw(url: &str) -> Result<[Duration; 3]> {
    let started = Instant::now();
    let manager = deadpool_postgres::Manager::new(url.parse()?, NoTls);
    let pool = deadpool_postgres::Pool::builder(manager)
        .max_size(1)
        .build()?;
    let client = pool.get().await?;
    let connected = started.elapsed();
    let started = Instant::now();
    let text = "SELECT id, full_name, email, password_hash, created_at, updated_at FROM users WHERE id = $1";
    let statement = client.prepare_cached(text).await?;
    let name: String = client.query_one(&statement, &[&7_i32]).await?.try_get(1)?;
    let first = started.elapsed();
    drop((client, name));
    let started = Instant::now();
    for _ in 0..CHECKOUTS {
        pool.get().await?.batch_execute("").await?;
    }
    Ok([connected, first, started.elapsed() / CHECKOUTS])
}

async fn ours(url: &str, pooler: Pooler) -> Result<[Duration; 3]> {
    let started = Instant::now();
    let pool = PoolOptions::new().max(1);
    let db = Db::connect(Config::from_url(url)?.pooler(pooler).pool(pool)).await?;
    let connected = started.elapsed();
    let started = Instant::now();
    drop(User::find(7).one(&db).await?);
    let first = started.elapsed();
    let started = Instant::now();
    for _ in 0..CHECKOUTS {
        db.executor().batch("").await?;
    }
    let checkout = started.elapsed() / CHECKOUTS;
    db.close().await;
    Ok([connected, first, checkout])
}

/// The table, in Markdown.
pub fn table(stages: &[Stage]) -> String {
    let mut text = format!("| stage | {} |\n|---|---|---|---|\n", WHO.join(" | "));
    for stage in stages {
        let _ = write!(text, "| {} |", stage.what);
        for median in stage.medians {
            let _ = write!(text, " {:.3} |", median.as_secs_f64() * 1e3);
        }
        text.push('\n');
    }
    text
}

/// The figures as comma-separated values, times in microseconds.
pub fn csv(stages: &[Stage]) -> String {
    let mut text = String::from("stage,who,median_us\n");
    for stage in stages {
        for (who, median) in WHO.iter().zip(stage.medians) {
            let _ = writeln!(
                text,
                "\"{}\",\"{who}\",{:.1}",
                stage.what,
                median.as_secs_f64() * 1e6
            );
        }
    }
    text
}
