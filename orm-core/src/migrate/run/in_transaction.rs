//! A migration and its row in the history, in one transaction.

use std::time::Instant;

use super::{Done, Stop, pause, record, set_lock_timeout, statement};
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::Params;
use crate::migrate::connection::{Connection, begin};
use crate::migrate::editor::SchemaEditor;
use crate::migrate::event::Direction;
use crate::migrate::judge::Task;
use crate::migrate::options::Options;
use crate::migrate::problem::Left;
use crate::migrate::unit::Work;
use crate::schema::Backend;

pub(super) async fn run(
    connection: &Connection,
    options: &Options,
    task: &Task<'_>,
) -> Result<Done> {
    let mut attempts = 1;
    loop {
        let stop = match attempt(connection, options, task).await {
            Ok(Done::Here) => break,
            Ok(Done::Elsewhere) => return Ok(Done::Elsewhere),
            Err(stop) => stop,
        };
        // On a connection that is lost the server does it by itself.
        let _ = connection.batch("ROLLBACK").await;
        let again = stop.error.is_lock_not_available();
        if !(again && pause(connection, options, attempts).await) {
            return Err(stop.into_error(task, Left::Nothing));
        }
        attempts += 1;
    }
    commit(connection, task).await.map(|()| Done::Here)
}

/// Everything but the commit.
async fn attempt(
    connection: &Connection,
    options: &Options,
    task: &Task<'_>,
) -> Result<Done, Stop> {
    let start = Instant::now();
    let backend = connection.backend();
    if task.work.foreign_keys_off() {
        // Which does nothing inside a transaction.
        let off = connection.batch("PRAGMA foreign_keys = OFF").await;
        off.map_err(Stop::around)?;
    }
    let limit = set_lock_timeout(backend, true, options.lock_timeout);
    let begin = format!("{}; {limit}", begin(backend));
    connection.batch(&begin).await.map_err(Stop::around)?;
    if backend == Backend::Sqlite && is_done(connection, task).await? {
        connection.batch("ROLLBACK").await.map_err(Stop::around)?;
        return Ok(Done::Elsewhere);
    }
    let broken = match task.work.foreign_keys_off() {
        true => broken_keys(connection).await?,
        false => Vec::new(),
    };
    match task.work {
        Work::Sql(section) => {
            for index in 0..section.statements.len() {
                statement(connection, section, index).await?;
            }
        }
        Work::Code(code) => {
            let editor = SchemaEditor::new(connection);
            let done = match task.direction {
                Direction::Up => code.up(&editor).await,
                Direction::Down => code.down(&editor).await,
            };
            done.map_err(|error| Stop::in_code(&editor, error).stopped(connection.is_stopped()))?;
        }
    }
    // What the migration put off until the commit is checked while its failure
    // can still be told from one of ours.
    if backend == Backend::Postgres {
        let finish = format!("SET CONSTRAINTS ALL IMMEDIATE; {}", connection.reset());
        connection.batch(&finish).await.map_err(Stop::around)?;
    }
    if task.work.foreign_keys_off() {
        let now = broken_keys(connection).await?;
        refuse_broken(&broken, &now).map_err(Stop::around)?;
    }
    let recorded = record(connection, task, start.elapsed()).await;
    recorded.map_err(Stop::around)?;
    Ok(Done::Here)
}

/// Rows that refer to nothing: how many, of which table, to which.
type Broken = (String, String, i64);

async fn broken_keys(connection: &Connection) -> Result<Vec<Broken>, Stop> {
    const SQL: &str = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check \
         GROUP BY 1, 2 ORDER BY 1, 2";
    let rows = connection.session.query(SQL, Params::none()).await;
    let read = |row: &Row| Ok::<_, Error>((row.get(0)?, row.get(1)?, row.get(2)?));
    let rows = rows.map_err(Stop::around)?;
    let broken: Result<Vec<Broken>> = rows.iter().map(read).collect();
    broken.map_err(Stop::around)
}

/// What was broken before is not this migration's fault.
fn refuse_broken(before: &[Broken], now: &[Broken]) -> Result<()> {
    for (table, parent, rows) in now {
        let is_it = |it: &&Broken| it.0 == *table && it.1 == *parent;
        let already = before.iter().find(is_it).map_or(0, |it| it.2);
        if *rows > already {
            return Err(Error::usage(format!(
                "{} rows of `{table}` would refer to rows of `{parent}` that do not exist",
                rows - already
            )));
        }
    }
    Ok(())
}

/// Whether another process did it while this one waited for its turn.
async fn is_done(connection: &Connection, task: &Task<'_>) -> Result<bool, Stop> {
    let (session, history) = (&connection.session, &connection.history);
    let applied = history.is_applied(session, task.unit.name).await;
    let applied = applied.map_err(Stop::around)?;
    Ok(applied == (task.direction == Direction::Up))
}

async fn commit(connection: &Connection, task: &Task<'_>) -> Result<()> {
    let Err(error) = connection.batch("COMMIT").await else {
        return Ok(());
    };
    let stop = Stop::around(Error::from(error).during_commit());
    if connection.backend() == Backend::Sqlite {
        // It leaves the transaction open.
        let _ = connection.batch("ROLLBACK").await;
    }
    let left = if stop.error.is_commit_unknown() {
        Left::Unknown
    } else {
        Left::Nothing
    };
    Err(stop.into_error(task, left))
}
