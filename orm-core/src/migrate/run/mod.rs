//! Running one migration, in a transaction or step by step.

mod in_steps;
mod in_transaction;
mod stop;

use std::time::{Duration, Instant};

use super::connection::{Connection, RESET};
use super::event::{Direction, Event};
use super::history::Origin;
use super::judge::Task;
use super::options::Options;
use super::script::Section;
use crate::error::Result;
use crate::exec::milliseconds;

use self::stop::Stop;

/// Runs a task from its first line of output to its last.
///
/// # Errors
///
/// Fails with the statement that failed and what that left behind.
pub(super) async fn run(
    connection: &Connection,
    options: &Options,
    task: &Task<'_>,
) -> Result<Duration> {
    connection.still_locked().await?;
    let limit = options
        .statement_timeout
        .as_millis()
        .min(i32::MAX.unsigned_abs().into());
    let prepare = format!("{RESET}; SET statement_timeout = {limit}");
    connection.batch(&prepare).await?;
    let (name, direction) = (task.unit.name.as_str(), task.direction);
    let resumed_after = task.resume.map_or(0, |resume| resume.done);
    connection.tell(&Event::Started {
        name,
        direction,
        resumed_after,
    });
    let start = Instant::now();
    connection.listen(true);
    // What an earlier run did outside of a transaction cannot be taken back,
    // so the rest of it is done in the same way.
    let outcome = if task.work.in_transaction() && resumed_after == 0 {
        in_transaction::run(connection, options, task).await
    } else {
        in_steps::run(connection, options, task).await
    };
    connection.listen(false);
    outcome?;
    let took = start.elapsed();
    connection.tell(&Event::Finished {
        name,
        direction,
        took,
    });
    Ok(took)
}

/// Runs the statement at `index` of a section.
async fn statement(connection: &Connection, section: &Section, index: usize) -> Result<(), Stop> {
    let statement = &section.statements[index];
    let total = section.statements.len();
    connection.tell(&Event::Statement {
        number: index + 1,
        total,
    });
    let done = connection.batch(statement.text()).await;
    done.map_err(|error| Stop::at(section, index, error))
}

/// Waits after a lock could not be had, and says so; `false` if that was the
/// last attempt.
async fn pause(connection: &Connection, options: &Options, attempts: u32) -> bool {
    if attempts >= options.lock_attempts {
        return false;
    }
    let pause = options.pause(attempts);
    connection.tell(&Event::Retrying { attempts, pause });
    tokio::time::sleep(pause).await;
    true
}

/// `SET LOCAL lock_timeout`, or for the session.
fn set_lock_timeout(local: bool, limit: Duration) -> String {
    let scope = if local { "LOCAL" } else { "SESSION" };
    format!("SET {scope} lock_timeout = {}", milliseconds(limit))
}

/// Writes to the history what a task in a transaction has done.
async fn record(connection: &Connection, task: &Task<'_>) -> Result<(), tokio_postgres::Error> {
    let (client, history) = (&connection.client, &connection.history);
    match task.direction {
        Direction::Up => history.applied(client, task.unit, Origin::Run).await,
        Direction::Down => history.forget(client, &task.unit.name).await.map(drop),
    }
}
