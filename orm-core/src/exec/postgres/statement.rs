//! One statement from text to rows: the path every query takes.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Instant;

use futures_util::StreamExt;
use tokio_postgres::{RowStream, Statement};

use super::connection::Connection;
use super::effect::{Effect, effect_of, may_write};
use super::executor::{Exec, On};
use super::held::{Held, Lease};
use super::pooler::Pooler;
use super::rows::Rows;
use super::statements::Prepared;
use super::turns::Turn;
use super::values::hidden;
use crate::decode::Row;
use crate::error::{Error, ErrorKind, Outdated, Result};
use crate::exec::log::Entry;
use crate::exec::params::Params;

/// How many rows are read and thrown away to keep a connection whose reader
/// lost interest, before it is cheaper to cancel.
const DRAIN_LIMIT: usize = 256;

impl<'a> Exec<'a> {
    /// Hands over the rows one by one, nothing collected.
    pub(in crate::exec) async fn query_each(
        self,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        let begun = AtomicBool::new(false);
        match self.limit() {
            None => self.each_row(&begun, text, params, each).await,
            Some(limit) => {
                let rows = Box::pin(self.each_row(&begun, text, params, each));
                self.within(limit, &begun, rows).await
            }
        }
    }

    async fn each_row(
        self,
        begun: &AtomicBool,
        text: &'a str,
        params: Params<'a>,
        each: &mut (dyn FnMut(Row) -> Result<()> + Send),
    ) -> Result<u64> {
        if let Some(readers) = self.readers()
            // Large, and rarely used: it would be part of every statement's future.
            && let Some(rows) = Box::pin(self.read_shared(readers, text, params, each)).await
        {
            return rows;
        }
        let mut held = self.take_up(begun).await?;
        let (entry, stream) = self.open(&mut held, text, params).await?;
        let end = if self.how.ends {
            self.send_end().await
        } else {
            None
        };
        let mut stream = pin!(stream);
        let mut rows = 0;
        while let Some(row) = stream.next().await {
            let row = match row {
                Ok(row) => row,
                Err(error) => return Err(fail(&mut held, entry, self.lost(error.into()))),
            };
            rows += 1;
            if let Err(error) = each(Row::of_server(row)) {
                let writes = may_write(text);
                let limit = if writes { usize::MAX } else { DRAIN_LIMIT };
                let carried_out = drain(&mut held, stream, limit).await;
                entry.done(Some(rows));
                let wrote = self
                    .how
                    .wrote(self.in_transaction())
                    .filter(|_| writes && carried_out);
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

    /// The rows, to be read one by one.
    pub(in crate::exec) async fn query(
        self,
        text: &'a str,
        params: Params<'a>,
    ) -> Result<Rows<'a>> {
        let deadline = self.deadline();
        let begun = AtomicBool::new(false);
        let asking = async {
            let mut held = self.take_up(&begun).await?;
            let (entry, stream) = self.open(&mut held, text, params).await?;
            Ok(Rows::new(held, entry, stream, deadline))
        };
        match self.limit() {
            None => asking.await,
            Some(limit) => self.within(limit, &begun, Box::pin(asking)).await,
        }
    }

    /// How many rows were written.
    pub(in crate::exec) async fn execute(self, text: &'a str, params: Params<'a>) -> Result<u64> {
        let begun = AtomicBool::new(false);
        match self.limit() {
            None => self.count_rows(&begun, text, params).await,
            Some(limit) => {
                let rows = Box::pin(self.count_rows(&begun, text, params));
                self.within(limit, &begun, rows).await
            }
        }
    }

    async fn count_rows(
        self,
        begun: &AtomicBool,
        text: &'a str,
        params: Params<'a>,
    ) -> Result<u64> {
        let mut held = self.take_up(begun).await?;
        let (entry, stream) = self.open(&mut held, text, params).await?;
        let mut stream = pin!(stream);
        while let Some(row) = stream.next().await {
            if let Err(error) = row {
                return Err(fail(&mut held, entry, self.lost(error.into())));
            }
        }
        held.arrive();
        let rows = stream.rows_affected();
        entry.done(rows);
        Ok(rows.unwrap_or_default())
    }

    /// Runs fixed text, unprepared.
    pub(in crate::exec) async fn batch(self, text: &'a str) -> Result<()> {
        super::sizes::check(text, Params::none())?;
        let effect = self.allowed(text)?;
        let begun = AtomicBool::new(false);
        let running = self.run_batch(&begun, text, effect);
        match self.limit() {
            None => running.await,
            Some(limit) => self.within(limit, &begun, Box::pin(running)).await,
        }
    }

    async fn run_batch(self, begun: &AtomicBool, text: &'a str, effect: Effect) -> Result<()> {
        let mut held = self.take_up(begun).await?;
        self.expect(&mut held, effect, text, Params::none());
        held.depart();
        let entry = self.entry(text, Params::none(), held.id());
        match held.connection().batch_execute(text).await {
            Ok(()) => {
                held.arrive();
                entry.done(None);
                Ok(())
            }
            Err(error) => Err(fail(&mut held, entry, self.lost(error.into()))),
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
        super::sizes::check(text, params)?;
        let mut again = true;
        let mut turn = self.turn();
        loop {
            let meaning = held.meaning();
            let kept = self.kept(held.connection(), text, meaning);
            // What is kept was read when it was prepared.
            let effect = match &kept {
                Some(prepared) => prepared.effect,
                None => self.allowed(text)?,
            };
            self.expect(held, effect, text, params);
            held.depart();
            let entry = self.entry(text, params, held.id());
            let was_kept = kept.is_some();
            let place = Place {
                text,
                meaning,
                effect,
                keep: self.how.keep,
            };
            let Failure { error, sent } =
                match start(held.connection(), place, kept, params, turn.take()).await {
                    Ok((stream, asked)) => {
                        self.on.note_answer(asked.elapsed());
                        return Ok((entry, stream));
                    }
                    Err(failure) => failure,
                };
            let error = Error::from(error).in_statement(text);
            // A type may have gone since a new one was prepared, too; if not, the second
            // attempt says so.
            let gone = error.outdated() == Some(Outdated::Gone);
            let blamed = was_kept || gone && again && !held.in_transaction();
            let error = forget_outdated(held.connection(), place, blamed, error);
            if !again || !self.may_repeat(held, &error, sent) {
                let error = if sent { self.lost(error) } else { error };
                let error = match error.outdated() {
                    Some(Outdated::Answer) => {
                        let wrote = self.how.wrote(self.in_transaction());
                        error.after_write(wrote.filter(|_| may_write(text)))
                    }
                    _ => error,
                };
                return Err(fail(held, entry, error));
            }
            again = false;
            entry.forget();
            held.arrive();
            if error.kind() == ErrorKind::PlanChanged {
                continue;
            }
            held.learn(&error);
            // Before another is asked for: there may be room for one only.
            held.give_back();
            *held = self.hold().await?;
        }
    }

    /// Its place among statements that are handed over together.
    fn turn(self) -> Option<Turn<'a>> {
        match self.on {
            On::Session(session, _) if self.how.joint => Some(session.turns.take()),
            _ => None,
        }
    }

    /// Gets the connection to run a statement on, and says that it is there.
    async fn take_up(self, begun: &AtomicBool) -> Result<Held<'a>> {
        let held = self.hold().await?;
        begun.store(true, Ordering::Relaxed);
        Ok(held)
    }

    /// Gets the connection to run a statement on.
    pub(super) async fn hold(self) -> Result<Held<'a>> {
        Ok(match self.on {
            On::Pool(db) => Held::Lease(Lease::new(db, db.shared.checkout().await?)),
            On::Session(session, level) => {
                session.ready(level).await?;
                Held::Session(session)
            }
        })
    }

    /// Refuses what only a `Tx` may do, and what needs a session where there is none.
    fn allowed(self, text: &str) -> Result<Effect> {
        let effect = effect_of(text).allowed()?;
        if self.shared().pooler == Pooler::Transaction {
            effect.within_transaction()?;
        }
        Ok(effect)
    }

    /// The statement is about to be sent and may leave something behind.
    fn expect(self, held: &mut Held<'_>, effect: Effect, text: &str, params: Params<'_>) {
        if effect.session {
            held.taint();
        }
        if effect.names {
            held.rename(text, params);
        }
    }

    fn kept(self, on: &Connection, text: &str, meaning: u64) -> Option<Prepared> {
        if self.how.keep {
            on.statements.find(text, meaning)
        } else {
            None
        }
    }

    /// Says what is unknown where the connection was lost after sending.
    pub(in crate::exec) fn lost(self, error: Error) -> Error {
        if self.how.reads || self.in_transaction() {
            return error;
        }
        error.lost_after_sending()
    }

    /// Whether sending the statement again can do no harm and may help.
    fn may_repeat(self, held: &Held<'_>, error: &Error, sent: bool) -> bool {
        !held.in_transaction()
            && match error.kind() {
                // Refused before it ran, unless only its answer is at fault.
                ErrorKind::PlanChanged => {
                    self.how.reads || error.outdated() != Some(Outdated::Answer)
                }
                ErrorKind::ConnectionLost => !sent || self.how.reads,
                _ => false,
            }
    }
}

/// Forgets a prepared statement that no longer fits, and others that will
/// not either. Says that this is what happened, where that is to be `blamed`.
pub(in crate::exec) fn forget_outdated(
    on: &Connection,
    place: Place<'_>,
    blamed: bool,
    error: Error,
) -> Error {
    match error.outdated() {
        // A new one has the same fault, unless it was the old one's.
        Some(Outdated::Gone | Outdated::Types) if !blamed => error,
        Some(Outdated::Catalog | Outdated::Gone | Outdated::Answer) => {
            // The types of the driver may have changed too.
            on.clear_type_cache();
            on.statements.forget_everywhere();
            error.plan_changed()
        }
        Some(Outdated::Session) => {
            on.statements.forget_all();
            error.plan_changed()
        }
        Some(Outdated::Types) => {
            on.clear_type_cache();
            on.statements.forget(place.text, place.meaning);
            error.plan_changed()
        }
        None => error,
    }
}

/// Where a prepared statement is kept.
#[derive(Clone, Copy)]
pub(in crate::exec) struct Place<'a> {
    pub(in crate::exec) text: &'a str,
    /// What names meant when it was prepared.
    pub(in crate::exec) meaning: u64,
    pub(in crate::exec) effect: Effect,
    pub(in crate::exec) keep: bool,
}

/// Why a statement did not start, and whether it may have run nevertheless.
pub(in crate::exec) struct Failure {
    pub(in crate::exec) error: tokio_postgres::Error,
    pub(in crate::exec) sent: bool,
}

/// Prepares the statement unless that was done before, and sends it.
pub(in crate::exec) async fn start(
    on: &Connection,
    place: Place<'_>,
    kept: Option<Prepared>,
    params: Params<'_>,
    turn: Option<Turn<'_>>,
) -> Result<(RowStream, Instant), Failure> {
    let was_kept = kept.is_some();
    let mut statement = match kept {
        Some(prepared) => prepared.statement,
        None => prepare(on, place).await?,
    };
    if let Some(turn) = &turn {
        turn.come().await;
    }
    let mut asked = Instant::now();
    let mut stream = sent(on.query_raw(&statement, hidden(params)), turn).await;
    // A value was judged by the types that a column had when this was prepared.
    if was_kept && stream.as_ref().is_err_and(is_refused_value) {
        on.clear_type_cache();
        statement = prepare(on, place).await?;
        asked = Instant::now();
        stream = on.query_raw(&statement, hidden(params)).await;
    }
    let stream = stream.map_err(|error| Failure { error, sent: true })?;
    Ok((stream, asked))
}

/// Waits for a statement, and lets the next one go as soon as it is on its way.
async fn sent<T>(sending: impl Future<Output = T>, turn: Option<Turn<'_>>) -> T {
    let mut sending = pin!(sending);
    if turn.is_some() {
        // Polled once, it is sent.
        let first = poll_fn(|context| Poll::Ready(sending.as_mut().poll(context))).await;
        drop(turn);
        if let Poll::Ready(answer) = first {
            return answer;
        }
    }
    sending.await
}

/// Whether the driver could not write a value, and so sent nothing.
fn is_refused_value(error: &tokio_postgres::Error) -> bool {
    let cause = std::error::Error::source(error).and_then(|it| it.downcast_ref::<Error>());
    cause.is_some_and(|refusal| refusal.kind() == ErrorKind::Encode)
}

async fn prepare(on: &Connection, place: Place<'_>) -> Result<Statement, Failure> {
    let statement = on.prepare(place.text).await;
    let statement = statement.map_err(|error| Failure { error, sent: false })?;
    if place.keep {
        let prepared = Prepared {
            statement: statement.clone(),
            effect: place.effect,
        };
        on.statements.keep(place.text, place.meaning, prepared);
    }
    Ok(statement)
}

/// The server has answered with an error: notes and logs it.
pub(in crate::exec) fn fail(held: &mut Held<'_>, entry: Entry<'_>, error: Error) -> Error {
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
