//! A migration and its row in the history, in one transaction.

use super::{Stop, pause, record, set_lock_timeout, statement};
use crate::error::{Error, Result};
use crate::migrate::connection::{Connection, RESET};
use crate::migrate::editor::SchemaEditor;
use crate::migrate::event::Direction;
use crate::migrate::judge::Task;
use crate::migrate::options::Options;
use crate::migrate::problem::Left;
use crate::migrate::unit::Work;

pub(super) async fn run(connection: &Connection, options: &Options, task: &Task<'_>) -> Result<()> {
    let mut attempts = 1;
    loop {
        let Err(stop) = attempt(connection, options, task).await else {
            break;
        };
        // On a connection that is lost the server does it by itself.
        let _ = connection.batch("ROLLBACK").await;
        let again = stop.error.is_lock_not_available();
        if !(again && pause(connection, options, attempts).await) {
            return Err(stop.into_error(task, Left::Nothing));
        }
        attempts += 1;
    }
    commit(connection, task).await
}

/// Everything but the commit.
async fn attempt(connection: &Connection, options: &Options, task: &Task<'_>) -> Result<(), Stop> {
    let begin = format!("BEGIN; {}", set_lock_timeout(true, options.lock_timeout));
    connection.batch(&begin).await.map_err(Stop::around)?;
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
            done.map_err(|error| Stop::in_code(&editor, error))?;
        }
    }
    // What the migration put off until the commit is checked while its failure
    // can still be told from one of ours.
    let finish = format!("SET CONSTRAINTS ALL IMMEDIATE; {RESET}");
    connection.batch(&finish).await.map_err(Stop::around)?;
    record(connection, task).await.map_err(Stop::around)
}

async fn commit(connection: &Connection, task: &Task<'_>) -> Result<()> {
    let Err(error) = connection.batch("COMMIT").await else {
        return Ok(());
    };
    let stop = Stop::around(Error::from(error).during_commit());
    let left = if stop.error.is_commit_unknown() {
        Left::Unknown
    } else {
        Left::Nothing
    };
    Err(stop.into_error(task, left))
}
