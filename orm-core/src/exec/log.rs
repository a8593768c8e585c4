//! The statement log: a hook, `tracing` events, or nothing at all.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

#[cfg(feature = "postgres")]
use deadpool::managed::ObjectId;
use tracing::Level;

use super::params::{LoggedParams, Params};
use super::telemetry::{self, Client, Peer, Place};
use crate::error::Error;
use crate::schema::Backend;

/// One statement that was sent, as a logger sees it.
///
/// ```
/// # use orm_core::exec::{Config, LogEvent};
/// let config = Config::new().logger(|event: &LogEvent<'_>| println!("[SQL] {}", event.sql()));
/// ```
pub struct LogEvent<'a> {
    sql: &'a str,
    duration: Duration,
    rows: Option<u64>,
    error: Option<&'a Error>,
    params: Option<Params<'a>>,
    connection: ConnectionId,
}

impl<'a> LogEvent<'a> {
    /// The text of the statement. Values are not part of it.
    pub fn sql(&self) -> &'a str {
        self.sql
    }

    /// The time from sending the statement to its last row. Waiting for a connection is not in it.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// How many rows were returned or written; `None` if it failed, was
    /// abandoned, or is one that counts no rows.
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// Why the statement failed, if it did, also by its deadline. One that was left before its
    /// end, because its future was dropped, may have none, and no [`rows`](Self::rows) either.
    pub fn error(&self) -> Option<&'a Error> {
        self.error
    }

    /// The bound values, if [`log_params`](super::Config::log_params) asks for them.
    pub fn params(&self) -> Option<LoggedParams<'a>> {
        self.params.map(LoggedParams)
    }

    /// Which of the pool's connections ran it.
    pub fn connection(&self) -> ConnectionId {
        self.connection
    }
}

impl fmt::Debug for LogEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogEvent")
            .field("sql", &self.sql)
            .field("duration", &self.duration)
            .field("rows", &self.rows)
            .field("error", &self.error)
            .field("connection", &format_args!("{}", self.connection))
            .finish_non_exhaustive()
    }
}

/// A connection's number within its pool, never used twice.
///
/// Migrations run on a connection outside the pool: it has no number, and is
/// called `migrations`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(Number);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Number {
    Migrations,
    #[cfg(feature = "postgres")]
    Pooled(ObjectId),
    #[cfg(feature = "sqlite")]
    Thread(u64),
}

impl ConnectionId {
    #[cfg(feature = "postgres")]
    pub(super) fn pooled(id: ObjectId) -> Self {
        Self(Number::Pooled(id))
    }

    /// Of a connection on a thread of its own.
    #[cfg(feature = "sqlite")]
    pub(super) fn thread(number: u64) -> Self {
        Self(Number::Thread(number))
    }

    /// The connection that migrations run on.
    pub(crate) const MIGRATIONS: Self = Self(Number::Migrations);
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            #[cfg(feature = "postgres")]
            Number::Pooled(id) => id.fmt(f),
            #[cfg(feature = "sqlite")]
            Number::Thread(number) => number.fmt(f),
            Number::Migrations => f.write_str("migrations"),
        }
    }
}

type Hook = dyn Fn(&LogEvent<'_>) + Send + Sync;

/// Who is told about statements: part of every `Db` handle.
#[derive(Clone, Default)]
pub(crate) struct Log {
    hook: Option<Arc<Hook>>,
    params: bool,
    /// How long a statement may take before it is warned of.
    slow: Option<Duration>,
    /// Where statements go, once that is known.
    peer: Option<Arc<Peer>>,
}

impl Log {
    pub(super) fn set_hook(&mut self, hook: impl Fn(&LogEvent<'_>) + Send + Sync + 'static) {
        self.hook = Some(Arc::new(hook));
    }

    pub(super) fn show_params(&mut self, show: bool) {
        self.params = show;
    }

    pub(super) fn set_slow(&mut self, limit: Duration) {
        self.slow = Some(limit);
    }

    pub(super) fn set_peer(&mut self, peer: Peer) {
        self.peer = Some(Arc::new(peer));
    }

    /// Starts the clock of one statement that is about to be sent.
    ///
    /// Costs nothing when nobody listens.
    pub(crate) fn start<'a>(
        &'a self,
        sql: &'a str,
        params: Params<'a>,
        connection: ConnectionId,
    ) -> Entry<'a> {
        let peer = self.peer.as_deref().filter(|_| telemetry::is_wanted());
        let listening = self.hook.is_some()
            || self.slow.is_some()
            || peer.is_some()
            || tracing::enabled!(target: "orm::sql", Level::DEBUG);
        Entry {
            log: self,
            sql,
            params,
            connection,
            started: listening.then(Instant::now),
            client: peer.map(|peer| Client::begin(sql, peer)),
        }
    }

    /// [`start`](Self::start) of a statement that is sent at a place.
    pub(super) fn start_at<'a>(
        &'a self,
        place: Place<'_>,
        sql: &'a str,
        params: Params<'a>,
        connection: ConnectionId,
    ) -> Entry<'a> {
        let start = || self.start(sql, params, connection);
        match place {
            Some((guards, level)) => guards.below(level, start),
            None => start(),
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("hook", &self.hook.is_some())
            .field("params", &self.params)
            .finish()
    }
}

/// A statement on its way: logged exactly once, when it ends or is abandoned.
#[must_use]
pub(crate) struct Entry<'a> {
    log: &'a Log,
    sql: &'a str,
    params: Params<'a>,
    connection: ConnectionId,
    started: Option<Instant>,
    client: Option<Box<Client>>,
}

impl Entry<'_> {
    /// The statement ended well.
    pub(crate) fn done(mut self, rows: Option<u64>) {
        self.write(rows, None);
    }

    /// The statement failed.
    pub(crate) fn failed(mut self, error: &Error) {
        self.write(None, Some(error));
    }

    /// The statement began earlier.
    #[cfg(feature = "postgres")]
    pub(super) fn since(mut self, begun: Instant) -> Self {
        self.started = self.started.map(|_| begun);
        self
    }

    /// The statement is not logged now, because it is about to be sent again.
    pub(super) fn forget(mut self) {
        self.started = None;
    }

    fn write(&mut self, rows: Option<u64>, error: Option<&Error>) {
        let Some(started) = self.started.take() else {
            return;
        };
        let event = LogEvent {
            sql: self.sql,
            duration: started.elapsed(),
            rows,
            error,
            params: self.log.params.then_some(self.params),
            connection: self.connection,
        };
        trace(&event);
        if self.log.slow.is_some_and(|limit| event.duration > limit) {
            warn(&event, self.log.peer.as_deref());
        }
        if let (Some(client), Some(peer)) = (&self.client, &self.log.peer) {
            client.end(peer, event.duration, rows, error);
        }
        if let Some(hook) = &self.log.hook {
            hook(&event);
        }
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let reason = LEFT.take();
        self.write(None, reason.as_ref());
        LEFT.set(reason);
    }
}

thread_local! {
    /// Why the statement that is being dropped on this thread is left before its end.
    static LEFT: Cell<Option<Error>> = const { Cell::new(None) };
}

/// Leaves a statement before its end, which fails by `error`: so it is logged.
pub(super) fn leave<T>(statement: T, error: Error) -> Error {
    LEFT.set(Some(error));
    drop(statement);
    LEFT.take()
        .expect("whoever takes it to look at it puts it back")
}

/// A raw text is told without what is written in it, for this is seen without being asked for.
fn warn(event: &LogEvent<'_>, peer: Option<&Peer>) {
    let of = peer.map_or(Backend::Postgres, |peer| peer.backend);
    tracing::warn!(
        target: "orm::slow",
        sql = %telemetry::without_literals(event.sql, of),
        duration = ?event.duration,
        rows = event.rows,
        connection = %event.connection,
        "a slow statement"
    );
}

fn trace(event: &LogEvent<'_>) {
    tracing::debug!(
        target: "orm::sql",
        sql = event.sql,
        duration = ?event.duration,
        rows = event.rows,
        error = event.error.map(tracing::field::display),
        connection = %event.connection,
    );
}
