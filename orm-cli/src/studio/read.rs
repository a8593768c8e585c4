//! Reading: every statement in a transaction that refuses writes, and is never committed.

use orm_core::decode::Row;
use orm_core::exec::{Config, Db, Executor, Params, PoolOptions, TxOptions};
use orm_core::types::Param;

use std::time::Duration;

/// How long a statement may take.
const STATEMENT: Duration = Duration::from_secs(5);
/// How long it may wait for a lock.
const LOCK: Duration = Duration::from_secs(1);
/// How long anybody waits for the database.
const DEADLINE: Duration = Duration::from_secs(10);

/// The configuration of sessions that refuse writes and give up soon.
pub(super) fn sessions(config: Config) -> Config {
    config
        .read_only()
        .application_name("orm studio")
        .statement_timeout(STATEMENT)
        .lock_timeout(LOCK)
        .idle_in_transaction_session_timeout(DEADLINE)
        .statement_deadline(DEADLINE)
        .pool(PoolOptions::new().max(4).acquire(DEADLINE))
}

/// The rows of a statement whose columns are all texts.
///
/// # Errors
/// When the database refuses it, also because it would write.
pub(super) async fn rows(
    db: &Db,
    text: &str,
    params: &[Param],
) -> orm_core::Result<Vec<Vec<Option<String>>>> {
    let found = found(db, text, params).await?;
    let cells = |row: &Row| (0..row.len()).map(|at| row.get(at)).collect();
    found.iter().map(cells).collect()
}

/// What a statement finds, in a transaction that reads and is rolled back.
async fn found(db: &Db, text: &str, params: &[Param]) -> orm_core::Result<Vec<Row>> {
    let tx = db.begin_with(TxOptions::new().read_only()).await?;
    let found = tx
        .executor()
        .once()
        .query_all(text, Params::from(params))
        .await;
    // Also what a function of a view changed of the session is undone.
    let ended = tx.rollback().await;
    let found = found?;
    ended?;
    Ok(found)
}

/// The steps of a plan of SQLite, each as far to the right as it is deep.
///
/// # Errors
/// When the database refuses the statement.
pub(super) async fn steps(db: &Db, text: &str, params: &[Param]) -> orm_core::Result<Vec<String>> {
    let found = found(db, text, params).await?;
    let mut depths: Vec<(i64, usize)> = Vec::new();
    let mut steps = Vec::new();
    for row in &found {
        let (id, parent): (i64, i64) = (row.get(0)?, row.get(1)?);
        let above = depths.iter().find(|(it, _)| *it == parent);
        let depth = above.map_or(0, |(_, depth)| depth + 1);
        depths.push((id, depth));
        steps.push("  ".repeat(depth) + &row.get::<String>(3)?);
    }
    Ok(steps)
}
