//! Running one migration, in a transaction or step by step.

mod in_batches;
mod in_steps;
mod in_transaction;
mod stop;

use std::time::{Duration, Instant};

use super::connection::Connection;
use super::event::{Direction, Event};
use super::history::Origin;
use super::judge::Task;
use super::options::Options;
use super::script::Section;
use super::session::Sent;
use crate::error::Result;
use crate::exec::milliseconds;
use crate::exec::telemetry::migration;
use crate::schema::Backend;

use self::stop::Stop;

/// Runs a task from its first line of output to its last; `None` if another
/// process was there before.
///
/// # Errors
///
/// Fails with the statement that failed and what that left behind.
pub(super) async fn run(
    connection: &Connection,
    options: &Options,
    task: &Task<'_>,
) -> Result<Option<Duration>> {
    connection.still_locked().await?;
    connection.batch(&prepare(connection, options)).await?;
    let (name, direction) = (task.unit.name, task.direction);
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
    let outcome = migration(name, async {
        if task.work.in_transaction() && resumed_after == 0 {
            return in_transaction::run(connection, options, task).await;
        }
        let done = in_steps::run(connection, options, task).await;
        done.map(|()| Done::Here)
    });
    let outcome = outcome.await;
    connection.listen(false);
    if let Done::Elsewhere = outcome? {
        return Ok(None);
    }
    let took = start.elapsed();
    connection.tell(&Event::Finished {
        name,
        direction,
        took,
    });
    Ok(Some(took))
}

/// Who did what was to be done.
enum Done {
    Here,
    /// Another process, in the meantime.
    Elsewhere,
}

/// What makes the session as it was when it was opened. SQLite stops no
/// statement by the time it takes.
fn prepare(connection: &Connection, options: &Options) -> String {
    let mut out = connection.reset();
    if connection.backend() == Backend::Postgres {
        let limit = options.statement_timeout.as_millis();
        let limit = limit.min(i32::MAX.unsigned_abs().into());
        out.push_str(&format!("; SET statement_timeout = {limit}"));
    }
    out
}

/// Runs the statement at `index` of a section.
async fn statement(connection: &Connection, section: &Section, index: usize) -> Result<(), Stop> {
    let statement = &section.statements[index];
    let total = section.statements.len();
    connection.tell(&Event::Statement {
        number: index + 1,
        total,
    });
    let done = connection
        .stoppable(connection.batch(statement.text()))
        .await;
    done.map_err(|refused| Stop::at(section, index, refused).stopped(connection.is_stopped()))
}

/// Waits after a lock could not be had, and says so; `false` if that was the
/// last attempt.
async fn pause(connection: &Connection, options: &Options, attempts: u32) -> bool {
    if attempts >= options.lock_attempts {
        return false;
    }
    let pause = options.pause(attempts);
    connection.tell(&Event::Retrying { attempts, pause });
    connection.sleep(pause).await.is_ok()
}

/// `SET LOCAL lock_timeout`, or for the session. A connection to SQLite waits
/// for the lock as its configuration says.
fn set_lock_timeout(backend: Backend, local: bool, limit: Duration) -> String {
    if backend == Backend::Sqlite {
        return String::new();
    }
    let scope = if local { "LOCAL" } else { "SESSION" };
    format!("SET {scope} lock_timeout = {}", milliseconds(limit))
}

/// Writes to the history what a task in a transaction has done.
async fn record(connection: &Connection, task: &Task<'_>, took: Duration) -> Sent<()> {
    let (client, history) = (&connection.session, &connection.history);
    match task.direction {
        Direction::Up => history.applied(client, &task.unit, Origin::Run, took).await,
        Direction::Down => history.forget(client, task.unit.name).await.map(drop),
    }
}
