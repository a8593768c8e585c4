//! One connection outside the pool, for work that opens and ends transactions by
//! itself: migrations.

use super::answers;
use super::ask::Ask;
use super::connection::{Connection, gone};
use super::file::File;
use super::value::bind;
use super::worker::{Recipe, Use};
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::config::{Config, Place};
use crate::exec::params::Params;

/// A connection outside the pool. Whatever is sent is run as it is written.
pub(crate) struct Single {
    connection: Connection,
}

impl Single {
    /// Opens a connection that lives until it is dropped.
    ///
    /// # Errors
    /// When the file cannot be opened, or is memory, which no other connection sees.
    pub(crate) async fn connect(config: &Config) -> Result<Self> {
        config.check()?;
        #[cfg_attr(
            not(feature = "postgres"),
            allow(clippy::infallible_destructuring_match)
        )]
        let file: &File = match &config.place {
            Place::Sqlite(file) => file,
            #[cfg(feature = "postgres")]
            _ => return Err(Error::config("this is no database of SQLite")),
        };
        if file.is_memory() {
            return Err(Error::config(
                "this needs a connection of its own, and a database in memory has one alone: \
                 use a file",
            ));
        }
        let recipe = Recipe {
            file: file.clone(),
            statements: 16,
            patience: config.limits.lock.unwrap_or(config.pool.acquire),
        };
        let connection = Connection::open(recipe, Use::Write).await?;
        let single = Self { connection };
        single
            .connection
            .run(false, |worker, _| {
                worker.effects.ours(true);
                worker.keep_session();
                Ok(())
            })
            .await?;
        Ok(single)
    }

    /// Runs a text of any number of statements.
    ///
    /// # Errors
    /// When one fails; those before it are not undone by that.
    pub(crate) async fn batch(&self, text: &str) -> Result<()> {
        super::ask::is_text(text)?;
        let text = text.to_owned();
        let work = move |worker: &mut super::worker::Worker, ticket: &super::job::Ticket| {
            worker.clock.begin_statement(worker.in_transaction());
            let done = worker.patiently(ticket, || worker.db.execute_batch(&text));
            done.map_err(|error| super::fault::of(&error))
        };
        self.connection.run(false, work).await
    }

    /// Runs a statement; its rows, and how many were read or written.
    ///
    /// # Errors
    /// When it fails.
    pub(crate) async fn query(&self, text: &str, params: Params<'_>) -> Result<(Vec<Row>, u64)> {
        let ask = Ask {
            text: text.to_owned(),
            values: params.iter().map(bind).collect::<Result<Vec<_>>>()?,
            steps: None,
            keep: false,
            // It may begin one: what it is part of is seen when it runs.
            within: false,
            ends: false,
        };
        let (to, mut answers) = answers::channel();
        let mut sent = self
            .connection
            .send(move |worker, ticket| ask.run(worker, ticket, to));
        let mut rows = Vec::new();
        while let Some(answer) = answers.next(false).await {
            rows.extend(answer.rows.into_iter().flat_map(|it| it.into_rows()));
            if let Some(end) = answer.end {
                sent.answered();
                return end.map(|affected| (rows, affected));
            }
        }
        Err(gone())
    }
}
