//! The connection of an open transaction, shared by its levels.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::connection::Connection;
use super::db::Db;
use super::job::Ticket;
use super::pool::Lease;
use super::worker::Worker;
use crate::error::{Error, Result};
use crate::exec;
use crate::exec::db::Inside;
use crate::exec::ends::{Ends, spawn_rolled_back};
use crate::exec::log::Entry;
use crate::exec::params::Params;
use crate::exec::telemetry::Guards;
use crate::exec::tx_options::TxOptions;

/// No savepoint was abandoned.
const NONE: usize = usize::MAX;

/// A connection inside a transaction. Level 0 is the transaction itself,
/// level n its n-th nested savepoint.
///
/// Dropped before the transaction ended, it is rolled back before anyone else's work.
pub(in crate::exec) struct Session {
    pub(in crate::exec) db: Db,
    lease: Lease,
    /// The innermost level that is open.
    level: AtomicUsize,
    /// The outermost level whose guard was dropped unfinished, or `NONE`.
    abandoned: AtomicUsize,
    /// Row streams in the program's hands.
    open_rows: AtomicUsize,
    /// A statement failed: nothing more is run until a rollback.
    failed: AtomicBool,
    /// Some statement failed in a way that running it all again may cure.
    retryable: AtomicBool,
    /// The transaction is over.
    settled: AtomicBool,
    pub(in crate::exec) ends: Ends,
    pub(in crate::exec) guards: Guards,
    /// COMMIT is on its way.
    committing: AtomicBool,
    unwinding: tokio::sync::Mutex<()>,
}

impl Session {
    pub(super) fn new(db: Db, lease: Lease) -> Self {
        Self {
            db,
            lease,
            level: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(NONE),
            open_rows: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            retryable: AtomicBool::new(false),
            settled: AtomicBool::new(false),
            ends: Ends::default(),
            guards: Guards::default(),
            committing: AtomicBool::new(false),
            unwinding: tokio::sync::Mutex::default(),
        }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.lease
    }

    pub(super) fn is_alone(&self) -> bool {
        self.lease.is_alone()
    }

    pub(super) fn open_rows(&self) {
        self.open_rows.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn close_rows(&self) {
        self.open_rows.fetch_sub(1, Ordering::AcqRel);
    }

    /// Takes from a statement's failure what it says about the transaction.
    pub(super) fn learn(&self, error: &Error) {
        // As on PostgreSQL: what follows a statement that failed would be half of
        // what was meant.
        self.fail();
        if error.is_retryable() {
            self.retryable.store(true, Ordering::Release);
        }
    }

    /// Refuses a commit.
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::Release);
    }

    /// The last statement has committed the transaction.
    pub(super) fn ended(&self) {
        self.entry("COMMIT").done(None);
        self.settled.store(true, Ordering::Release);
    }

    /// The line in the log of what is about the transaction itself.
    fn entry<'a>(&'a self, text: &'a str) -> Entry<'a> {
        let level = self.level.load(Ordering::Acquire);
        let start = || self.db.log.start(text, Params::none(), self.lease.id());
        self.guards.below(level, start)
    }

    fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    pub(in crate::exec) fn is_retryable(&self) -> bool {
        self.retryable.load(Ordering::Acquire)
    }

    pub(in crate::exec) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }

    /// Makes sure a statement of `level` belongs to `level`, and may be run.
    pub(in crate::exec) async fn ready(&self, level: usize) -> Result<()> {
        self.is_level(level).await?;
        match self.has_failed() {
            true => Err(Error::failed_transaction()),
            false => Ok(()),
        }
    }

    async fn is_level(&self, level: usize) -> Result<()> {
        if self.open_rows.load(Ordering::Acquire) > 0 {
            // It would wait for rows that nobody reads: forever.
            return Err(Error::usage(
                "rows of an earlier query in this transaction are still being read: \
                 read them to the end or drop them first",
            ));
        }
        if self.level.load(Ordering::Acquire) == level {
            return Ok(());
        }
        self.unwind(level).await
    }

    /// Rolls back savepoints whose guards were dropped.
    async fn unwind(&self, level: usize) -> Result<()> {
        let _alone = self.unwinding.lock().await;
        let abandoned = self.abandoned.load(Ordering::Acquire);
        if abandoned != NONE {
            self.rollback_to(abandoned).await?;
            self.abandoned.store(NONE, Ordering::Release);
        }
        if self.level.load(Ordering::Acquire) == level {
            return Ok(());
        }
        Err(Error::usage(
            "a nested transaction is open: use its `tx` until it ends",
        ))
    }

    /// Does something about the transaction itself, told to the log as `text`.
    async fn command(
        &self,
        text: &str,
        looks: bool,
        work: impl FnOnce(&mut Worker, &Ticket) -> Result<()> + Send + 'static,
    ) -> Result<()> {
        let entry = self.entry(text);
        let done = self.lease.run(looks && self.is_alone(), work).await;
        match &done {
            Ok(()) => entry.done(None),
            Err(error) => {
                self.learn(error);
                entry.failed(error);
            }
        }
        done
    }

    async fn say(&self, text: String) -> Result<()> {
        let copy = text.clone();
        self.command(&copy, true, move |worker, ticket| {
            match worker.in_transaction() {
                true => worker.command(&text, ticket),
                // SQLite has rolled it back by itself.
                false => Err(Error::transaction_aborted()),
            }
        })
        .await
    }

    /// Opens the transaction. Every isolation level that can be asked for is kept:
    /// transactions that write come one after the other.
    pub(in crate::exec) async fn begin(&self, options: TxOptions) -> Result<()> {
        let writes = !options.is_read_only();
        let text = if writes { "BEGIN IMMEDIATE" } else { "BEGIN" };
        // The first query of one that reads may be sent behind it.
        self.command(text, writes, move |worker, ticket| {
            worker.begin(writes, ticket)
        })
        .await
    }

    /// Commits, or rolls back and says so if a statement had failed.
    pub(in crate::exec) async fn commit(&self) -> Result<()> {
        self.is_level(0).await?;
        if self.has_failed() {
            self.rollback().await?;
            return Err(Error::transaction_aborted());
        }
        self.committing.store(true, Ordering::Release);
        let done = self.command("COMMIT", true, Worker::commit).await;
        // Done or refused, it is over.
        self.settled.store(true, Ordering::Release);
        done
    }

    pub(in crate::exec) async fn rollback(&self) -> Result<()> {
        self.command("ROLLBACK", true, Worker::rollback).await?;
        self.settled.store(true, Ordering::Release);
        Ok(())
    }

    /// Opens `level`; the one below must be ready.
    pub(in crate::exec) async fn savepoint(&self, level: usize) -> Result<()> {
        // Raised first: if this future is dropped, the level is abandoned.
        self.level.store(level, Ordering::Release);
        let done = self.say(format!("SAVEPOINT orm_{level}")).await;
        if done.is_err() {
            self.level.store(level - 1, Ordering::Release);
        }
        done
    }

    /// Keeps what the savepoint did, or rolls back to it if it failed.
    pub(in crate::exec) async fn release(&self, level: usize) -> Result<()> {
        self.is_level(level).await?;
        if self.has_failed() {
            self.rollback_to(level).await?;
            return Err(Error::transaction_aborted());
        }
        self.say(format!("RELEASE SAVEPOINT orm_{level}")).await?;
        self.level.store(level - 1, Ordering::Release);
        self.ends.release(level);
        Ok(())
    }

    pub(in crate::exec) async fn rollback_to(&self, level: usize) -> Result<()> {
        self.ends.undo(level);
        self.say(format!("ROLLBACK TO SAVEPOINT orm_{level}"))
            .await?;
        self.failed.store(false, Ordering::Release);
        self.say(format!("RELEASE SAVEPOINT orm_{level}")).await?;
        self.level.store(level - 1, Ordering::Release);
        Ok(())
    }

    /// The guard of `level` was dropped: the next statement rolls back to it.
    pub(in crate::exec) fn abandon(&self, level: usize) {
        self.abandoned.fetch_min(level, Ordering::AcqRel);
        self.ends.undo(level);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !*self.settled.get_mut() {
            // Work is done in the order it is sent: whoever gets the connection next
            // comes behind it.
            self.lease.leave(|worker, ticket| {
                let _ = worker.rollback(ticket);
            });
            // Whoever they ask for a connection is served behind that.
            let ended = self.ends.take();
            if !*self.committing.get_mut() && !ended.is_empty() {
                let inside = Inside::Sqlite(self.db.clone());
                spawn_rolled_back(ended, exec::Db { inside }, std::future::ready(()));
            }
        }
    }
}
