//! A migration that cannot be in one transaction: each statement by itself,
//! counted in the history.
//!
//! Nearly every statement can at least share a transaction with its own count,
//! and is tried in that way first: then it is done if and only if it is
//! counted, whenever the process is killed. Those that the server refuses to
//! run in a transaction (SQLSTATE 25001, before they did anything) are
//! announced in the history and run bare.

use super::{Stop, pause, set_lock_timeout, statement};
use crate::ddl::blueprint::Name;
use crate::error::Result;
use crate::exec::Params;
use crate::migrate::connection::{Connection, begin};
use crate::migrate::editor::SchemaEditor;
use crate::migrate::event::Direction;
use crate::migrate::judge::Task;
use crate::migrate::options::Options;
use crate::migrate::problem::Left;
use crate::migrate::script::{Section, Statement};
use crate::migrate::unit::Work;
use crate::schema::Backend;
use crate::types::Param;

pub(super) async fn run(connection: &Connection, options: &Options, task: &Task<'_>) -> Result<()> {
    let (client, history) = (&connection.session, &connection.history);
    let begun = history
        .begin(client, &task.unit, task.direction, task.resume.is_some())
        .await;
    begun.map_err(|error| Stop::around(error).into_error(task, Left::Nothing))?;
    let outcome = match task.work {
        Work::Sql(section) => {
            Steps {
                connection,
                options,
                task,
                section,
            }
            .run()
            .await
        }
        Work::Code(_) => code(connection, task)
            .await
            .map_err(|stop| (stop, Left::Anything)),
    };
    if let Err((stop, left)) = outcome {
        // Best effort: the count of steps is what the next run goes by.
        let _ = connection.batch(&connection.reset()).await;
        let _ = history
            .failed(client, task.unit.name, &stop.error.without_advice())
            .await;
        return Err(stop.into_error(task, left));
    }
    let finished = match connection.batch(&connection.reset()).await {
        Ok(()) => history.finish(client, task.unit.name, task.direction).await,
        Err(refused) => Err(refused),
    };
    let done = Left::Steps(task.work.total());
    finished.map_err(|error| Stop::around(error).into_error(task, done))
}

async fn code(connection: &Connection, task: &Task<'_>) -> Result<(), Stop> {
    let Work::Code(code) = task.work else {
        return Ok(());
    };
    let editor = SchemaEditor::new(connection);
    let done = match task.direction {
        Direction::Up => code.up(&editor).await,
        Direction::Down => code.down(&editor).await,
    };
    done.map_err(|error| Stop::in_code(&editor, error).stopped(connection.is_stopped()))
}

pub(super) struct Steps<'a> {
    pub(super) connection: &'a Connection,
    pub(super) options: &'a Options,
    pub(super) task: &'a Task<'a>,
    pub(super) section: &'a Section,
}

/// How a step went that did not fail.
enum Step {
    Done,
    /// The server runs the statement outside of transactions only.
    NotInTransaction,
}

impl Steps<'_> {
    async fn run(&self) -> Result<(), (Stop, Left)> {
        let resume = self.task.resume;
        let first = resume.map_or(0, |it| it.done);
        for index in 0..first {
            // What the session was set to has gone with it.
            if self.section.statements[index].is_setting() {
                let again = statement(self.connection, self.section, index).await;
                again.map_err(|stop| (stop, Left::Steps(first)))?;
            }
        }
        for index in first..self.section.statements.len() {
            let began_before = index == first && resume.is_some_and(|it| it.next_began);
            let step = match self.section.statements[index].batches() {
                Some(batches) => self.in_batches(index, batches).await,
                None => self.step(index, began_before).await,
            };
            step.map_err(|stop| match stop.rows {
                0 => (stop, Left::Steps(index)),
                rows => (stop, Left::Batches { done: index, rows }),
            })?;
        }
        Ok(())
    }

    /// Runs a statement, again and again if it cannot have its locks.
    async fn step(&self, index: usize, mut began_before: bool) -> Result<(), Stop> {
        let mut bare = began_before;
        let mut attempts = 1;
        loop {
            let outcome = if bare {
                self.bare(index, began_before).await
            } else {
                self.counted(index).await
            };
            match outcome {
                Ok(Step::Done) => return Ok(()),
                Ok(Step::NotInTransaction) => bare = true,
                Err(stop) if stop.error.is_lock_not_available() => {
                    if !pause(self.connection, self.options, attempts).await {
                        return Err(stop);
                    }
                    began_before = bare;
                    attempts += 1;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    /// The statement and its count in one transaction.
    async fn counted(&self, index: usize) -> Result<Step, Stop> {
        let backend = self.connection.backend();
        let begin = format!(
            "{}; {}",
            begin(backend),
            set_lock_timeout(backend, true, self.options.lock_timeout)
        );
        self.connection.batch(&begin).await.map_err(Stop::around)?;
        let outcome = self.in_transaction(index).await;
        if outcome.is_err() {
            let _ = self.connection.batch("ROLLBACK").await;
        }
        match outcome {
            Err(stop) if refuses_transaction(&stop) => Ok(Step::NotInTransaction),
            Err(stop) => Err(stop),
            Ok(()) => Ok(Step::Done),
        }
    }

    async fn in_transaction(&self, index: usize) -> Result<(), Stop> {
        statement(self.connection, self.section, index).await?;
        self.count(index).await?;
        self.connection.batch("COMMIT").await.map_err(Stop::around)
    }

    /// The statement by itself, between its announcement and its count.
    async fn bare(&self, index: usize, began_before: bool) -> Result<Step, Stop> {
        let backend = self.connection.backend();
        let (client, history) = (&self.connection.session, &self.connection.history);
        let it = &self.section.statements[index];
        if began_before && self.is_index_there(it).await? {
            self.count(index).await?;
            return Ok(Step::Done);
        }
        let announced = history
            .step_starts(client, self.task.unit.name, step(index))
            .await;
        announced.map_err(Stop::around)?;
        let limit = if it.is_concurrent() && backend == Backend::Postgres {
            // It keeps nobody out while it waits, and must not give up half-way.
            "SET SESSION lock_timeout = 0".to_owned()
        } else {
            set_lock_timeout(backend, false, self.options.lock_timeout)
        };
        self.connection.batch(&limit).await.map_err(Stop::around)?;
        if let Err(mut stop) = statement(self.connection, self.section, index).await {
            // What cannot be asked is not said.
            if let Ok(Some((false, place))) = self.index(it).await {
                stop.invalid_index = Some(place.to_string());
            }
            return Err(stop);
        }
        if backend == Backend::Postgres {
            let reset = self.connection.batch("RESET lock_timeout").await;
            reset.map_err(Stop::around)?;
        }
        self.count(index).await?;
        Ok(Step::Done)
    }

    /// Counts the step at `index` as done.
    pub(super) async fn count(&self, index: usize) -> Result<(), Stop> {
        let (client, history) = (&self.connection.session, &self.connection.history);
        let checksum = self.section.checksum_of_first(index + 1);
        let name = self.task.unit.name;
        let counted = history
            .step_done(client, name, step(index), &checksum)
            .await;
        counted.map_err(Stop::around)
    }

    /// Whether an interrupted `CREATE INDEX CONCURRENTLY` came to its end. If
    /// it left an unusable index behind, that one is dropped.
    async fn is_index_there(&self, statement: &Statement) -> Result<bool, Stop> {
        let place = match self.index(statement).await.map_err(Stop::around)? {
            None => return Ok(false),
            Some((true, _)) => return Ok(true),
            Some((false, place)) => place,
        };
        let drop = format!("DROP INDEX CONCURRENTLY {}", place.quoted());
        self.connection.batch(&drop).await.map_err(Stop::around)?;
        Ok(false)
    }

    /// The index that a `CREATE INDEX CONCURRENTLY` makes, if it is there, and whether it
    /// can be used.
    async fn index(&self, statement: &Statement) -> Result<Option<(bool, Name)>> {
        let concurrent = statement.concurrent_index();
        let Some(index) = concurrent.filter(|_| self.connection.backend() == Backend::Postgres)
        else {
            return Ok(None);
        };
        const SQL: &str = "SELECT i.indisvalid, n.nspname::text FROM pg_catalog.pg_index i \
             JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid \
             JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
             WHERE i.indrelid = to_regclass($1) AND c.relname = $2";
        let client = &self.connection.session;
        let values = [Param::from(index.table), Param::from(index.name.clone())];
        let Some(row) = client.row(SQL, Params::from(&values)).await? else {
            return Ok(None);
        };
        let schema: String = row.get(1)?;
        let name = Name {
            schema: Some(schema),
            name: index.name,
        };
        Ok(Some((row.get(0)?, name)))
    }
}

fn refuses_transaction(stop: &Stop) -> bool {
    // A transaction is open, or must not be ended here.
    matches!(stop.error.sqlstate(), Some("25001" | "2D000"))
        // SQLite has no codes of its own for these.
        || stop.error.to_string().contains("within a transaction")
}

/// The number of a step in the history, which has no place for more than any
/// file could hold.
fn step(index: usize) -> i32 {
    i32::try_from(index + 1).unwrap_or(i32::MAX)
}
