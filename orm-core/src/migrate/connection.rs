//! The one connection that migrations run on, and the lock it holds.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::{Either, select};

use super::event::Event;
use super::history::History;
use super::interrupt::Interrupt;
use super::options::{Observer, Options};
use super::problem::MigrationProblem;
use super::session::{Refused, Sent, Session};
use crate::decode::Row;
use crate::error::Result;
use crate::exec::{Config, ConnectionId, Entry, Log, Params};
use crate::schema::Backend;

/// A connection outside the pool: the lock and the notices belong to it.
pub(super) struct Connection {
    pub(super) session: Session,
    pub(super) history: History,
    observer: Observer,
    interrupt: Interrupt,
    log: Log,
    /// Whether the server's notices are a migration's.
    in_migration: Arc<AtomicBool>,
}

/// Opens a transaction. In SQLite one that begins by reading may be refused the
/// lock later, whatever it waits.
pub(super) const fn begin(backend: Backend) -> &'static str {
    match backend {
        Backend::Postgres => "BEGIN",
        Backend::Sqlite => "BEGIN IMMEDIATE",
    }
}

impl Connection {
    pub(super) async fn open(config: &Config, options: &Options) -> Result<Self> {
        let in_migration = Arc::new(AtomicBool::new(false));
        let (observer, heard) = (Arc::clone(&options.observer), Arc::clone(&in_migration));
        let on_notice = Box::new(move |severity: &str, message: &str| {
            if heard.load(Ordering::Acquire) {
                observer(&Event::Notice { severity, message });
            }
        });
        let session = Session::open(config, on_notice).await?;
        let history = History::locate(&session, options.schema.as_deref(), &options.table).await?;
        let observer = Arc::clone(&options.observer);
        Ok(Connection {
            session,
            history,
            observer,
            interrupt: options.interrupt.clone(),
            log: config.told_log(),
            in_migration,
        })
    }

    pub(super) fn backend(&self) -> Backend {
        self.session.backend()
    }

    /// What makes the session as it was when it was opened: what one migration sets must
    /// not reach the next, which may run in another process the next time.
    pub(super) fn reset(&self) -> String {
        self.session.reset()
    }

    pub(super) fn tell(&self, event: &Event<'_>) {
        (self.observer)(event);
    }

    /// Passes the server's notices on, or no longer.
    pub(super) fn listen(&self, on: bool) {
        self.in_migration.store(on, Ordering::Release);
    }

    /// Runs SQL without values. Whoever calls this with a text that came from
    /// outside has `raw` in its name, or runs a migration.
    pub(super) async fn batch(&self, sql: &str) -> Sent<()> {
        let entry = self.logged(sql, Params::none());
        let done = self.session.batch(sql).await;
        ended(entry, done, |()| None)
    }

    /// Runs one statement with values, and answers with the rows it changed.
    pub(super) async fn execute(&self, sql: &str, values: Params<'_>) -> Sent<u64> {
        let entry = self.logged(sql, values);
        let done = self.session.execute(sql, values).await;
        ended(entry, done, |rows| Some(*rows))
    }

    /// Runs one query with values.
    pub(super) async fn query(&self, sql: &str, values: Params<'_>) -> Sent<Vec<Row>> {
        let entry = self.logged(sql, values);
        let done = self.session.query(sql, values).await;
        ended(entry, done, |rows| Some(rows.len() as u64))
    }

    fn logged<'a>(&'a self, sql: &'a str, values: Params<'a>) -> Entry<'a> {
        self.log.start(sql, values, ConnectionId::MIGRATIONS)
    }

    /// Keeps other processes from migrating until this connection ends.
    ///
    /// Asked again and again rather than waited for: a session that waits in
    /// `pg_advisory_lock` has a snapshot, `CREATE INDEX CONCURRENTLY` waits
    /// for all of these, and so the two would wait for each other.
    pub(super) async fn lock(&self, patience: Duration) -> Result<()> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(20);
        while !self.try_lock().await? {
            if pause == Duration::from_millis(20) {
                self.tell(&Event::Waiting);
            }
            let waited = start.elapsed();
            if waited >= patience {
                return Err(MigrationProblem::Busy { waited }.into());
            }
            self.sleep(pause.min(patience - waited)).await?;
            pause = (pause * 2).min(Duration::from_secs(1));
        }
        Ok(())
    }

    /// Waits, unless it is told to stop.
    pub(super) async fn sleep(&self, pause: Duration) -> Result<()> {
        let slept = pin!(tokio::time::sleep(pause));
        select(slept, pin!(self.interrupt.stopped())).await;
        self.unless_stopped()
    }

    /// Whether it was told to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.interrupt.is_stopped()
    }

    /// Fails if it was told to stop.
    pub(super) fn unless_stopped(&self) -> Result<()> {
        match self.is_stopped() {
            true => Err(MigrationProblem::Stopped.into()),
            false => Ok(()),
        }
    }

    /// Does a part of a migration, and cancels it when it is told to stop. What is around
    /// a migration, its rollback above all, is always done.
    pub(super) async fn stoppable<T>(&self, work: impl Future<Output = Sent<T>>) -> Sent<T> {
        self.unless_stopped().map_err(Refused::of)?;
        let work = pin!(work);
        match select(work, pin!(self.interrupt.stopped())).await {
            Either::Left((done, _)) => done,
            Either::Right(((), work)) => match self.session.cancel().await {
                true => work.await,
                // What nobody waits for any more is called off.
                false => Err(Refused::of(MigrationProblem::Stopped.into())),
            },
        }
    }

    async fn try_lock(&self) -> Result<bool> {
        self.session.try_lock(self.history.key()).await
    }

    /// Makes sure that the lock is still ours.
    pub(super) async fn still_locked(&self) -> Result<()> {
        self.session.still_locked(self.history.key()).await
    }

    /// Lets others migrate at once; they could anyway when the connection ends.
    pub(super) async fn unlock(&self) {
        self.session.unlock(self.history.key()).await;
    }
}

/// Logs how a statement ended.
fn ended<T>(entry: Entry<'_>, done: Sent<T>, rows: impl FnOnce(&T) -> Option<u64>) -> Sent<T> {
    match &done {
        Ok(value) => entry.done(rows(value)),
        Err(refused) => entry.failed(&refused.error),
    }
    done
}
