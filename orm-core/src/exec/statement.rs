//! One statement from text to rows: the path every query takes.

use std::pin::{Pin, pin};
use std::time::Instant;

use deadpool_postgres::ClientWrapper;
use futures_util::StreamExt;
use tokio_postgres::{Row, RowStream};

use super::effect::{Effect, effect_of, may_open_transaction, may_write};
use super::executor::{Exec, On};
use super::held::{Held, Lease};
use super::log::Entry;
use super::params::Params;
use super::rows::Rows;
use crate::error::{Error, ErrorKind, Result};

/// How many rows are read and thrown away to keep a connection whose reader
/// lost interest, before it is cheaper to cancel.
const DRAIN_LIMIT: usize = 256;

impl<'a> Exec<'a> {
    /// Runs a query and hands over its rows one by one, nothing collected.
    ///
    /// Returns the number of rows. An error of `each` ends the query.
    ///
    /// # Errors
    ///
    /// Fails if the statement does, or `each` does.
    pub async fn query_each(
        self,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        if let Some(readers) = self.readers()
            // Large, and rarely used: it would be part of every statement's future.
            && let Some(rows) = Box::pin(self.read_shared(readers, text, params)).await
        {
            let rows = rows?;
            let count = rows.len() as u64;
            rows.into_iter().try_for_each(each)?;
            return Ok(count);
        }
        let mut held = self.hold(text).await?;
        let (entry, stream) = self.open(&mut held, text, params).await?;
        let end = if self.ends {
            self.send_end().await
        } else {
            None
        };
        let mut stream = pin!(stream);
        let mut rows = 0;
        while let Some(row) = stream.next().await {
            let row = match row {
                Ok(row) => row,
                Err(error) => return Err(fail(&mut held, entry, error.into())),
            };
            rows += 1;
            if let Err(error) = each(row) {
                let writes = may_write(text);
                let limit = if writes { usize::MAX } else { DRAIN_LIMIT };
                let carried_out = drain(&mut held, stream, limit).await;
                entry.done(Some(rows));
                let wrote = self.wrote().filter(|_| writes && carried_out);
                return Err(error.after_write(wrote));
            }
        }
        held.arrive();
        entry.done(Some(rows));
        if let Some(end) = end {
            end.done().await?;
        }
        Ok(rows)
    }

    /// Runs a query and returns its rows as a stream to be read with
    /// [`Rows::next`].
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub async fn query(self, text: &'a str, params: Params<'a>) -> Result<Rows<'a>> {
        let mut held = self.hold(text).await?;
        let (entry, stream) = self.open(&mut held, text, params).await?;
        Ok(Rows::new(held, entry, stream))
    }

    /// Runs a query and collects its rows.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub async fn query_all(self, text: &'a str, params: Params<'a>) -> Result<Vec<Row>> {
        let mut rows = Vec::new();
        self.query_each(text, params, &mut |row| {
            rows.push(row);
            Ok(())
        })
        .await?;
        Ok(rows)
    }

    /// Runs a query and returns its first row, if any.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub async fn query_opt(self, text: &'a str, params: Params<'a>) -> Result<Option<Row>> {
        let mut first = None;
        self.query_each(text, params, &mut |row| {
            first.get_or_insert(row);
            Ok(())
        })
        .await?;
        Ok(first)
    }

    /// Runs a statement and returns how many rows it wrote.
    ///
    /// # Errors
    ///
    /// Fails if the statement does.
    pub async fn execute(self, text: &'a str, params: Params<'a>) -> Result<u64> {
        let mut held = self.hold(text).await?;
        let (entry, stream) = self.open(&mut held, text, params).await?;
        let mut stream = pin!(stream);
        while let Some(row) = stream.next().await {
            if let Err(error) = row {
                return Err(fail(&mut held, entry, error.into()));
            }
        }
        held.arrive();
        let rows = stream.rows_affected();
        entry.done(rows);
        Ok(rows.unwrap_or_default())
    }

    /// Runs fixed text without parameters, such as DDL, unprepared. It may
    /// hold several statements; outside a transaction they stand or fall together.
    ///
    /// # Errors
    ///
    /// Fails if a statement does.
    pub async fn batch(self, text: &'a str) -> Result<()> {
        let mut held = self.hold(text).await?;
        if !held.in_transaction() && may_open_transaction(text) {
            held.taint();
        }
        held.depart();
        let entry = self.log().start(text, Params::none(), held.id());
        match held.client().batch_execute(text).await {
            Ok(()) => {
                held.arrive();
                entry.done(None);
                Ok(())
            }
            Err(error) => Err(fail(&mut held, entry, error.into())),
        }
    }

    /// Sends the statement and waits until the server accepts it. Where it has to
    /// be sent again, another connection is held instead.
    ///
    /// What is held stays where it is: a connection is some hundred bytes, and
    /// every statement would copy them several times.
    async fn open(
        self,
        held: &mut Held<'a>,
        text: &'a str,
        params: Params<'a>,
    ) -> Result<(Entry<'a>, RowStream)> {
        let mut again = true;
        loop {
            held.depart();
            let entry = self.log().start(text, params, held.id());
            let failure = match start(self, held.client(), text, params).await {
                Ok(stream) => return Ok((entry, stream)),
                Err(failure) => failure,
            };
            let sent = failure.sent;
            let error = Error::from(failure.error);
            if error.kind() == ErrorKind::PlanChanged {
                self.forget_plan(held.client(), text);
            }
            if !again || !self.may_repeat(held, &error, sent) {
                return Err(fail(held, entry, error));
            }
            again = false;
            entry.forget();
            held.arrive();
            held.learn(&error);
            // Before another is asked for: there may be room for one only.
            held.give_back();
            *held = self.hold(text).await?;
        }
    }

    /// Gets the connection to run `text` on.
    async fn hold(self, text: &str) -> Result<Held<'a>> {
        let effect = effect_of(text);
        if effect == Effect::Transaction {
            return Err(Error::usage(
                "transactions are opened and ended by `db.transaction(..)`, `db.begin()`, \
                 `tx.commit()` and `tx.rollback()`, not by statements",
            ));
        }
        let mut held = match self.on {
            On::Pool(db) => Held::Lease(Lease::new(db, db.shared.checkout().await?)),
            On::Session(session, level) => {
                session.ready(level).await?;
                Held::Session(session)
            }
        };
        if effect == Effect::Session {
            held.taint();
        }
        Ok(held)
    }

    /// Drops a prepared statement that no longer fits, everywhere: the table
    /// changed for all connections.
    pub(super) fn forget_plan(self, client: &ClientWrapper, text: &str) {
        client.statement_cache.remove(text, &[]);
        let shared = match self.on {
            On::Pool(db) => &db.shared,
            On::Session(session, _) => &session.db.shared,
        };
        shared.pool.manager().statement_caches.remove(text, &[]);
    }

    /// Whether sending the statement again can do no harm and may help.
    fn may_repeat(self, held: &Held<'_>, error: &Error, sent: bool) -> bool {
        !held.in_transaction()
            && match error.kind() {
                // Refused before it ran.
                ErrorKind::PlanChanged => true,
                ErrorKind::ConnectionLost => !sent || self.reads,
                _ => false,
            }
    }
}

/// Why a statement did not start, and whether it may have run nevertheless.
struct Failure {
    error: tokio_postgres::Error,
    sent: bool,
}

async fn start(
    db: Exec<'_>,
    client: &ClientWrapper,
    text: &str,
    params: Params<'_>,
) -> Result<RowStream, Failure> {
    let prepared = if db.keep {
        client.prepare_cached(text).await
    } else {
        client.prepare(text).await
    };
    let statement = prepared.map_err(|error| Failure { error, sent: false })?;
    let asked = Instant::now();
    let stream = client
        .query_raw(&statement, params.iter())
        .await
        .map_err(|error| Failure { error, sent: true })?;
    db.note_answer(asked.elapsed());
    Ok(stream)
}

/// The server has answered with an error: notes and logs it.
pub(super) fn fail(held: &mut Held<'_>, entry: Entry<'_>, error: Error) -> Error {
    held.arrive();
    held.learn(&error);
    entry.failed(&error);
    error
}

/// Reads on to the end without looking, unless it is far away: a statement that
/// writes would be cancelled, and nobody would know what it wrote.
///
/// Returns whether the statement was carried out.
async fn drain(held: &mut Held<'_>, mut stream: Pin<&mut RowStream>, limit: usize) -> bool {
    for _ in 0..limit {
        match stream.next().await {
            Some(Ok(_)) => {}
            Some(Err(error)) => {
                held.arrive();
                held.learn(&error.into());
                return false;
            }
            None => {
                held.arrive();
                return true;
            }
        }
    }
    false
}
