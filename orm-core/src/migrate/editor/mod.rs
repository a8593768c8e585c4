//! What migrations written in Rust change the schema with.
//!
//! It knows names, types and values, and no model: a migration means the same
//! however the models change after it.

mod column;
mod constraint;
mod enumeration;
mod foreign_key;
mod index;
mod literal;
mod name;
mod table;
mod view;

#[cfg(test)]
mod tests;

pub use self::column::{Column, ColumnType};
pub use self::enumeration::NewEnumValue;
pub use self::foreign_key::ForeignKey;
pub use self::index::Index;
pub use self::literal::Value;
pub use self::name::QualifiedName;
pub use self::table::Table;

use std::fmt;
use std::sync::{Mutex, PoisonError};

use super::connection::Connection;
use super::event::Event;
use super::script::first_line;
use super::session::Sent;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::Params;
use crate::schema::Backend;

/// Changes the schema, one statement per method, on the migration's connection
/// and in its transaction.
///
/// Names are quoted and values written as literals; only what is given to a
/// method with `raw` in its name is taken as SQL.
pub struct SchemaEditor<'a> {
    connection: &'a Connection,
    progress: Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    /// How many statements were begun.
    begun: usize,
    failed: Option<(usize, String)>,
}

impl<'a> SchemaEditor<'a> {
    pub(super) fn new(connection: &'a Connection) -> Self {
        SchemaEditor {
            connection,
            progress: Mutex::default(),
        }
    }

    /// The kind of database that is changed.
    pub fn backend(&self) -> Backend {
        self.connection.backend()
    }

    /// Refuses what SQLite has no statement for.
    fn only_on_postgres(&self, what: &str) -> Result<()> {
        match self.backend() {
            Backend::Postgres => Ok(()),
            Backend::Sqlite => Err(Error::usage(format!(
                "SQLite cannot {what}: make the table anew in a migration in SQL, as `orm migrate \
                 generate --from-models` writes it"
            ))),
        }
    }

    /// The number and the first line of the statement that failed last.
    pub(super) fn failed_statement(&self) -> Option<(usize, String)> {
        self.progress().failed.clone()
    }

    /// Runs SQL as it is. It may be several statements with semicolons
    /// between them.
    ///
    /// # Errors
    ///
    /// Fails if a statement does.
    pub async fn execute_raw(&self, sql: &str) -> Result<()> {
        let number = self.begin();
        let done = self.stoppable(self.connection.batch(sql)).await;
        self.note(number, sql, done)
    }

    /// Runs one statement as it is, with values for `$1`, `$2`, .. Answers
    /// with the number of rows it changed.
    ///
    /// # Errors
    ///
    /// Fails if the statement does, or the values do not fit it.
    pub async fn execute_raw_with(&self, sql: &str, values: Params<'_>) -> Result<u64> {
        let number = self.begin();
        let done = self.stoppable(self.connection.execute(sql, values)).await;
        self.note(number, sql, done)
    }

    /// Asks the database as it is at this point of its history, with values
    /// for `$1`, `$2`, ..
    ///
    /// # Errors
    ///
    /// Fails if the statement does, or the values do not fit it.
    pub async fn query_raw(&self, sql: &str, values: Params<'_>) -> Result<Vec<Row>> {
        let number = self.begin();
        let done = self.stoppable(self.connection.query(sql, values)).await;
        self.note(number, sql, done)
    }

    async fn stoppable<T>(&self, work: impl Future<Output = Sent<T>>) -> Sent<T> {
        self.connection.stoppable(work).await
    }

    fn begin(&self) -> usize {
        let mut progress = self.progress();
        progress.begun += 1;
        let number = progress.begun;
        drop(progress);
        self.connection.tell(&Event::Statement { number, total: 0 });
        number
    }

    fn note<T>(&self, number: usize, sql: &str, done: Sent<T>) -> Result<T> {
        if done.is_err() {
            self.progress().failed = Some((number, first_line(sql.trim_start())));
        }
        Ok(done?)
    }

    // Whatever panicked while it was locked, two numbers are whole.
    fn progress(&self) -> std::sync::MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for SchemaEditor<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SchemaEditor")
            .field("begun", &self.progress().begun)
            .finish_non_exhaustive()
    }
}
