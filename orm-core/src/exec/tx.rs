//! Open transactions and savepoints, as guards.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tracing::Span;
use tracing::instrument::Instrument as _;

use super::db::Db;
use super::ends::AtEnd;
use super::executor::{Exec, Executor};
use super::session::Session;
use super::telemetry::{SAVEPOINT, TRANSACTION, operation};
use super::tx_options::TxOptions;
use crate::error::{ErrorKind, Result};

/// An open transaction. Statements run in it when they get `&tx`.
///
/// Dropped without [`commit`](Self::commit), by an early return, a panic or
/// because its future was dropped, it is rolled back before anyone else gets
/// the connection.
#[must_use = "a transaction that is dropped is rolled back"]
pub struct Tx {
    session: Session,
    level: usize,
    open: AtomicBool,
    /// The span of its guard ends with it.
    told: bool,
}

impl Tx {
    /// What happens in it is told below a span, which ends when the connection is free.
    pub(super) fn new(session: Session, span: Span) -> Self {
        session.guards().open(0, span);
        Tx {
            session,
            level: 0,
            open: AtomicBool::new(true),
            told: false,
        }
    }

    /// The transaction that statements are part of, in which they go on.
    pub(crate) fn around(exec: Exec<'_>) -> Option<Self> {
        let (session, level) = exec.session()?;
        Some(Tx {
            session,
            level,
            // Whoever opened it ends it.
            open: AtomicBool::new(false),
            told: false,
        })
    }

    /// Opens one on a connection of its own.
    pub(super) async fn open(on: Exec<'_>, options: TxOptions, span: Span) -> Result<Self> {
        let tx = Tx::new(on.session_of_its_own(options).await?, span.clone());
        match tx.start(options).await {
            // The connection may have died since it was used last. Nothing was
            // done in the transaction, so another one is as good.
            Err(error) if error.kind() == ErrorKind::ConnectionLost => {}
            started => return started.map(|()| tx),
        }
        drop(tx);
        let tx = Tx::new(on.session_of_its_own(options).await?, span);
        tx.start(options).await?;
        Ok(tx)
    }

    /// Sends BEGIN. A statement may be sent behind it without waiting: the
    /// server takes them in turn.
    pub(super) async fn start(&self, options: TxOptions) -> Result<()> {
        self.session.begin(options).await
    }

    /// Whether running all of it again may succeed.
    pub(super) fn is_retryable(&self) -> bool {
        self.session.is_retryable()
    }

    /// Whether the server has answered COMMIT or ROLLBACK.
    pub(super) fn has_ended(&self) -> bool {
        self.session.is_settled()
    }

    /// Makes everything done in the transaction permanent.
    ///
    /// # Errors
    ///
    /// Fails if a statement of the transaction had failed (nothing is
    /// committed then), if a deferred constraint is violated, or if the
    /// connection is lost; see
    /// [`is_commit_unknown`](crate::Error::is_commit_unknown) for the last.
    pub async fn commit(self) -> Result<()> {
        let done = self.session.commit().await;
        if done.is_err() && !self.session.is_settled() {
            // It is rolled back when it is dropped.
            return done;
        }
        let ended = self.session.take_ends();
        if ended.is_empty() {
            return done;
        }
        let db = self.session.db();
        let span = self.session.guards().outermost();
        // The connection goes back first: who is told may want one.
        drop(self);
        // Rare, and large: it would be part of the future of every transaction.
        Box::pin(async {
            match done {
                Ok(()) => ended.committed(&db).await,
                Err(error) => {
                    // What nobody knows is not told.
                    if !error.is_commit_unknown() {
                        ended.rolled_back(&db).await;
                    }
                    Err(error)
                }
            }
        })
        .instrument(span)
        .await
    }

    /// Undoes everything done in the transaction.
    ///
    /// # Errors
    ///
    /// Fails if the connection is lost; everything is undone nevertheless.
    pub async fn rollback(self) -> Result<()> {
        self.session.rollback().await?;
        let ended = self.session.take_ends();
        if ended.is_empty() {
            return Ok(());
        }
        let db = self.session.db();
        let span = self.session.guards().outermost();
        drop(self);
        Box::pin(ended.rolled_back(&db)).instrument(span).await;
        Ok(())
    }

    /// Tells whoever wrote something here how the transaction ended.
    pub(crate) fn tell(&self, write: Arc<dyn AtEnd>) {
        self.session.tell(self.level, write);
    }

    /// Runs `call` once the outermost transaction has been committed, and
    /// never if it, or the nested transaction this belongs to, is rolled back.
    pub fn after_commit(&self, call: impl FnOnce() + Send + 'static) {
        self.session.after_commit(self.level, Box::new(call));
    }

    /// Opens a nested transaction: a savepoint.
    ///
    /// While it is open, statements go to it, not to `self`.
    ///
    /// # Errors
    ///
    /// Fails if another nested transaction is open, or the statement fails.
    pub async fn begin(&self) -> Result<Savepoint<'_>> {
        let mut savepoint = Savepoint::lay_out(self.session.clone(), self.level).await?;
        let make = || operation(SAVEPOINT, "");
        let guards = self.session.guards();
        guards.open(self.level + 1, guards.below(self.level, make));
        savepoint.tx.told = true;
        savepoint.start().await?;
        Ok(savepoint)
    }

    /// The same without a span of its own.
    pub(super) async fn nested(&self) -> Result<Savepoint<'_>> {
        Savepoint::open(self.session.clone(), self.level).await
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        // Level 0 needs nothing here: the session rolls back by itself.
        if *self.open.get_mut() && self.level > 0 {
            self.session.abandon(self.level);
        }
        if self.told {
            self.session.guards().close(self.level);
        }
    }
}

#[diagnostic::do_not_recommend]
impl Executor for Tx {
    fn executor(&self) -> Exec<'_> {
        self.session.exec(self.level)
    }
}

impl fmt::Debug for Tx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tx")
            .field("level", &self.level)
            .finish_non_exhaustive()
    }
}

/// An open nested transaction; in all else a [`Tx`].
///
/// Dropped without [`commit`](Self::commit), it is rolled back alone.
#[must_use = "a nested transaction that is dropped is rolled back"]
pub struct Savepoint<'t> {
    tx: Tx,
    outer: PhantomData<&'t Tx>,
}

impl<'t> Savepoint<'t> {
    /// Opens a savepoint in the transaction at `level` of a session.
    pub(super) async fn open(session: Session, level: usize) -> Result<Self> {
        let savepoint = Self::lay_out(session, level).await?;
        savepoint.start().await?;
        Ok(savepoint)
    }

    /// One that has not begun.
    pub(super) async fn lay_out(session: Session, level: usize) -> Result<Self> {
        session.ready(level).await?;
        Ok(Self {
            tx: Tx {
                session,
                level: level + 1,
                open: AtomicBool::new(false),
                told: false,
            },
            outer: PhantomData,
        })
    }

    /// Begins. A statement may be sent behind it without waiting.
    pub(super) async fn start(&self) -> Result<()> {
        // From here on, dropping means rolling back to the savepoint.
        self.tx.open.store(true, Ordering::Relaxed);
        let begun = self.tx.session.savepoint(self.tx.level).await;
        if begun.is_err() {
            self.tx.open.store(false, Ordering::Relaxed);
        }
        begun
    }
}

impl Savepoint<'_> {
    /// Keeps what was done in it, provided the outer transaction commits.
    ///
    /// # Errors
    ///
    /// Fails if a statement in it had failed; it is rolled back then.
    pub async fn commit(mut self) -> Result<()> {
        self.tx.session.release(self.tx.level).await?;
        *self.tx.open.get_mut() = false;
        Ok(())
    }

    /// Undoes what was done in it; the outer transaction goes on.
    ///
    /// # Errors
    ///
    /// Fails if the connection is lost.
    pub async fn rollback(mut self) -> Result<()> {
        self.tx.session.rollback_to(self.tx.level).await?;
        *self.tx.open.get_mut() = false;
        Ok(())
    }
}

impl Deref for Savepoint<'_> {
    type Target = Tx;

    fn deref(&self) -> &Tx {
        &self.tx
    }
}

#[diagnostic::do_not_recommend]
impl Executor for Savepoint<'_> {
    fn executor(&self) -> Exec<'_> {
        self.tx.executor()
    }
}

impl fmt::Debug for Savepoint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tx.fmt(f)
    }
}

impl Db {
    /// Opens a transaction as a guard; see also [`transaction`](Self::transaction).
    ///
    /// Whoever is told of spans is told of one that lives as long as the guard, around all that
    /// is sent in it.
    ///
    /// ```no_run
    /// # async fn example(db: &orm_core::exec::Db) -> orm_core::Result<()> {
    /// use orm_core::exec::{Executor, Params};
    ///
    /// let tx = db.begin().await?;
    /// tx.executor().execute("UPDATE stock SET n = n - 1", Params::none()).await?;
    /// tx.commit().await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if there is no connection.
    pub async fn begin(&self) -> Result<Tx> {
        self.begin_with(TxOptions::new()).await
    }

    /// Opens a transaction with an isolation level or access mode.
    ///
    /// A connection that died in the pool is replaced: BEGIN is sent once more, on
    /// another one.
    ///
    /// # Errors
    ///
    /// Fails if there is no connection.
    pub async fn begin_with(&self, options: TxOptions) -> Result<Tx> {
        Tx::open(self.executor(), options, operation(TRANSACTION, "")).await
    }
}
