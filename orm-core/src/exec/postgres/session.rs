//! The connection of an open transaction, shared by its levels.

use std::fmt;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use foldhash::quality::FixedState;

use super::connection::Object;
use super::db::Db;
use super::held::dooms;
use super::rescue::{Leftovers, discard, rescue};
use super::turns::Turns;
use crate::error::{Error, Result};
use crate::exec;
use crate::exec::db::Inside;
use crate::exec::deadline::in_runtime;
use crate::exec::ends::{Ends, spawn_rolled_back};
use crate::exec::log::ConnectionId;
use crate::exec::params::{LoggedParams, Params};
use crate::exec::telemetry::Guards;

/// No savepoint was abandoned.
const NONE: usize = usize::MAX;

/// A connection inside a transaction. Level 0 is the transaction itself,
/// level n its n-th nested savepoint.
///
/// Dropped before the transaction ended, it rolls back in the background.
pub(in crate::exec) struct Session {
    pub(in crate::exec) db: Db,
    object: Option<Object>,
    /// The innermost level that is open.
    level: AtomicUsize,
    /// The outermost level whose guard was dropped unfinished, or `NONE`.
    abandoned: AtomicUsize,
    /// Statements sent and not answered; more than the running ones if
    /// futures were dropped.
    in_flight: AtomicUsize,
    /// Row streams in the program's hands.
    open_rows: AtomicUsize,
    /// The server refuses everything until a rollback.
    failed: AtomicBool,
    /// Some statement failed in a way that running it all again may cure.
    retryable: AtomicBool,
    /// The connection must not be reused.
    doomed: AtomicBool,
    /// The transaction is over.
    settled: AtomicBool,
    /// What names mean, if that was changed: a hash of how.
    meaning: AtomicU64,
    pub(in crate::exec) ends: Ends,
    pub(in crate::exec) guards: Guards,
    /// COMMIT is on its way.
    committing: AtomicBool,
    unwinding: tokio::sync::Mutex<()>,
    /// There is no transaction: each statement stands alone.
    outside: bool,
    /// The order of statements that are handed over together.
    pub(super) turns: Turns,
}

impl Session {
    pub(in crate::exec) fn new(db: Db, object: Object) -> Self {
        Self {
            db,
            object: Some(object),
            level: AtomicUsize::new(0),
            abandoned: AtomicUsize::new(NONE),
            in_flight: AtomicUsize::new(0),
            open_rows: AtomicUsize::new(0),
            failed: AtomicBool::new(false),
            retryable: AtomicBool::new(false),
            doomed: AtomicBool::new(false),
            settled: AtomicBool::new(false),
            meaning: AtomicU64::new(0),
            ends: Ends::default(),
            guards: Guards::default(),
            committing: AtomicBool::new(false),
            unwinding: tokio::sync::Mutex::default(),
            outside: false,
            turns: Turns::default(),
        }
    }

    /// One in no transaction: each statement stands alone.
    pub(in crate::exec) fn outside(db: Db, object: Object) -> Self {
        let mut session = Self::new(db, object);
        session.outside = true;
        session.settled = AtomicBool::new(true);
        session
    }

    /// Whether it is in no transaction.
    pub(in crate::exec) fn is_outside(&self) -> bool {
        self.outside
    }

    pub(in crate::exec) fn object(&self) -> &Object {
        self.object
            .as_ref()
            .expect("only Drop takes the connection")
    }

    pub(in crate::exec) fn depart(&self) {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
    }

    pub(in crate::exec) fn arrive(&self) {
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
    }

    pub(in crate::exec) fn open_rows(&self) {
        self.open_rows.fetch_add(1, Ordering::AcqRel);
    }

    pub(in crate::exec) fn close_rows(&self) {
        self.open_rows.fetch_sub(1, Ordering::AcqRel);
    }

    pub(in crate::exec) fn taint(&self) {
        self.doomed.store(true, Ordering::Release);
    }

    pub(in crate::exec) fn learn(&self, error: &Error) {
        if error.sqlstate().is_some() {
            self.failed.store(true, Ordering::Release);
        }
        if error.is_retryable() {
            self.retryable.store(true, Ordering::Release);
        }
        // Writing in a read-only transaction says nothing about the server.
        if dooms(error.kind()) && error.sqlstate() != Some("25006") {
            self.taint();
        }
    }

    /// What names mean to the next statement: the same number, the same meaning.
    pub(in crate::exec) fn meaning(&self) -> u64 {
        self.meaning.load(Ordering::Acquire)
    }

    /// A statement may change what names mean: `SET LOCAL search_path`, for
    /// example, once per request. Statements prepared after the same change fit
    /// each other, all others do not.
    pub(in crate::exec) fn rename(&self, text: &str, params: Params<'_>) {
        let values = format!("{:?}", LoggedParams(params));
        let meaning = FixedState::default().hash_one((self.meaning(), text, values));
        self.meaning.store(meaning, Ordering::Release);
    }

    /// What names mean after a rollback is what they meant before: when that
    /// was is not kept, so nothing fits.
    fn lose_meaning(&self) {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        if self.meaning() != 0 {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            self.meaning.store(number, Ordering::Release);
        }
    }

    /// Refuses a commit, as the server does after a statement that failed.
    pub(in crate::exec) fn fail(&self) {
        self.failed.store(true, Ordering::Release);
    }

    pub(in crate::exec) fn is_retryable(&self) -> bool {
        self.retryable.load(Ordering::Acquire)
    }

    /// Makes sure a statement of `level` belongs to `level`.
    pub(in crate::exec) async fn ready(&self, level: usize) -> Result<()> {
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
        // Rare, and large: it would be part of the future of every statement.
        Box::pin(self.unwind(level)).await
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

    /// Sends a statement that is about the transaction itself.
    pub(in crate::exec) async fn command(&self, text: &str) -> Result<()> {
        in_runtime()?;
        let id = ConnectionId::pooled(Object::id(self.object()));
        let level = self.level.load(Ordering::Acquire);
        let start = || self.db.log.start(text, Params::none(), id);
        let entry = self.guards.below(level, start);
        self.depart();
        let sending = self.object().batch_execute(text);
        let answer = match self.db.shared.deadline {
            None => sending.await,
            Some(limit) => match tokio::time::timeout(limit, sending).await {
                Ok(answer) => answer,
                Err(_) => {
                    // Nobody knows what it is in the middle of.
                    self.taint();
                    let error = Error::deadline();
                    entry.failed(&error);
                    return Err(error);
                }
            },
        };
        self.arrive();
        match answer {
            Ok(()) => {
                entry.done(None);
                Ok(())
            }
            Err(error) => {
                let error = Error::from(error);
                self.learn(&error);
                entry.failed(&error);
                Err(error)
            }
        }
    }

    pub(in crate::exec) async fn begin(&self, text: &str) -> Result<()> {
        self.command(text).await
    }

    /// Commits, or rolls back and says so if the server would do that silently.
    pub(in crate::exec) async fn commit(&self) -> Result<()> {
        self.ready(0).await?;
        if self.has_failed().await {
            self.rollback().await?;
            return Err(Error::transaction_aborted());
        }
        self.committing.store(true, Ordering::Release);
        let answer = self.command("COMMIT").await;
        // Refused or done, the server has ended the transaction. A lost
        // connection is doomed anyway.
        self.settled.store(true, Ordering::Release);
        answer.map_err(Error::during_commit)
    }

    /// Commits behind a statement that still answers, in a transaction that only
    /// reads: if that fails, the server rolls back, which is the same.
    pub(in crate::exec) async fn commit_behind(&self) -> Result<()> {
        let answer = self.command("COMMIT").await;
        self.settled.store(true, Ordering::Release);
        answer
    }

    pub(in crate::exec) fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Acquire)
    }

    pub(in crate::exec) async fn rollback(&self) -> Result<()> {
        self.stop_abandoned().await;
        self.command("ROLLBACK").await?;
        self.settle();
        Ok(())
    }

    /// Opens `level`; the one below must be ready.
    pub(in crate::exec) async fn savepoint(&self, level: usize) -> Result<()> {
        // Raised first: if this future is dropped, the level is abandoned.
        self.level.store(level, Ordering::Release);
        let answer = self.command(&format!("SAVEPOINT orm_{level}")).await;
        if answer.is_err() {
            self.level.store(level - 1, Ordering::Release);
        }
        answer
    }

    /// Keeps what the savepoint did, or rolls back to it if it failed.
    pub(in crate::exec) async fn release(&self, level: usize) -> Result<()> {
        self.ready(level).await?;
        if self.has_failed().await {
            self.rollback_to(level).await?;
            return Err(Error::transaction_aborted());
        }
        self.command(&format!("RELEASE SAVEPOINT orm_{level}"))
            .await?;
        self.level.store(level - 1, Ordering::Release);
        self.ends.release(level);
        Ok(())
    }

    pub(in crate::exec) async fn rollback_to(&self, level: usize) -> Result<()> {
        self.ends.undo(level);
        self.stop_abandoned().await;
        self.command(&format!("ROLLBACK TO SAVEPOINT orm_{level}"))
            .await?;
        self.failed.store(false, Ordering::Release);
        self.in_flight.store(0, Ordering::Release);
        self.lose_meaning();
        self.command(&format!("RELEASE SAVEPOINT orm_{level}"))
            .await?;
        self.level.store(level - 1, Ordering::Release);
        Ok(())
    }

    /// The guard of `level` was dropped: the next statement rolls back to it.
    pub(in crate::exec) fn abandon(&self, level: usize) {
        self.abandoned.fetch_min(level, Ordering::AcqRel);
        self.ends.undo(level);
    }

    /// Whether the server would refuse to commit.
    ///
    /// The result of a statement whose future was dropped is not known, so
    /// another one is sent after it: it fails if the transaction has failed.
    async fn has_failed(&self) -> bool {
        let known = self.failed.load(Ordering::Acquire);
        if known || self.in_flight.load(Ordering::Acquire) == 0 {
            return known;
        }
        let failed = self.command("SELECT 1").await.is_err();
        self.in_flight.store(0, Ordering::Release);
        failed
    }

    /// Stops statements whose futures were dropped. Nobody waits for them,
    /// but the next statement would.
    async fn stop_abandoned(&self) {
        if self.in_flight.load(Ordering::Acquire) > 0 && !self.db.shared.cancel(self.object()).await
        {
            // It may hit whatever comes next, which must not be somebody else's.
            self.taint();
        }
    }

    fn settle(&self) {
        self.in_flight.store(0, Ordering::Release);
        self.settled.store(true, Ordering::Release);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(object) = self.object.take() else {
            return;
        };
        let in_flight = *self.in_flight.get_mut() > 0;
        let ended = self.ends.take();
        let mut told = None;
        // Where COMMIT is on its way, nobody knows how that ends.
        if !ended.is_empty() && !*self.settled.get_mut() && !*self.committing.get_mut() {
            let (done, is_done) = tokio::sync::oneshot::channel::<()>();
            told = Some(done);
            let inside = Inside::Postgres(self.db.clone());
            let undone = async { is_done.await.unwrap_or_default() };
            spawn_rolled_back(ended, exec::Db { inside }, undone);
        }
        if *self.doomed.get_mut() {
            discard(object, &self.db.shared);
        } else if *self.settled.get_mut() && !in_flight {
            drop(object);
            self.db.shared.note_return();
        } else {
            let left = Leftovers {
                statement: in_flight,
                transaction: (!self.outside)
                    .then(|| (self.db.log.clone(), self.guards.outermost())),
                told,
            };
            rescue(object, &self.db.shared, left);
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("level", &self.level)
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}
