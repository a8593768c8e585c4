//! Transactions and savepoints as closures.

use tracing::Span;
use tracing::instrument::Instrument as _;

use super::db::Db;
use super::deadline::in_runtime;
use super::executor::Executor;
use super::telemetry::{SAVEPOINT, TRANSACTION, operation};
use super::tx::Tx;
use super::tx_options::{Retry, TxOptions};
use crate::error::{Error, Result};

/// What the body of a transaction ends in: a [`Result`] of this crate.
///
/// That there is one such type alone lets the compiler know what a body fails with that uses
/// `?` and ends in `Ok(..)`. An error of the program's own is one of
/// [`try_transaction`](Db::try_transaction).
#[diagnostic::on_unimplemented(
    message = "this transaction ends in `{Self}`, and not in an `orm::Result`",
    label = "write `.try_transaction(..)` for an error of your own, or `Ok(..)` at the end"
)]
pub trait Outcome: sealed::Sealed {
    /// What a transaction returns that was committed.
    type Value;

    #[doc(hidden)]
    fn into_result(self) -> Result<Self::Value>;
}

#[diagnostic::do_not_recommend]
impl<T> Outcome for Result<T> {
    type Value = T;

    fn into_result(self) -> Result<T> {
        self
    }
}

mod sealed {
    pub trait Sealed {}

    impl<T> Sealed for super::Result<T> {}
}

impl Db {
    /// Runs `body` in a transaction, committed if it returns `Ok`, rolled
    /// back if it returns `Err`, panics, or its future is dropped.
    ///
    /// ```no_run
    /// # async fn example(db: &orm_core::exec::Db) -> orm_core::Result<()> {
    /// use orm_core::exec::{Executor, Params};
    ///
    /// db.transaction(async |tx| {
    ///     tx.executor().execute("UPDATE stock SET n = n - 1", Params::none()).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails with the error of `body`, or if the transaction cannot be opened
    /// or committed.
    pub async fn transaction<R, F>(&self, body: F) -> Result<R::Value>
    where
        F: AsyncFnOnce(&Tx) -> R,
        R: Outcome,
    {
        self.transaction_with(TxOptions::new(), body).await
    }

    /// [`transaction`](Self::transaction) that fails with an error of the program's own,
    /// which an [`Error`] can become.
    ///
    /// ```no_run
    /// use orm_core::exec::{Executor, Params};
    ///
    /// #[derive(Debug)]
    /// enum Refused {
    ///     SoldOut,
    ///     Database(orm_core::Error),
    /// }
    ///
    /// impl From<orm_core::Error> for Refused {
    ///     fn from(error: orm_core::Error) -> Self {
    ///         Refused::Database(error)
    ///     }
    /// }
    ///
    /// # async fn example(db: &orm_core::exec::Db) -> Result<(), Refused> {
    /// db.try_transaction(async |tx| {
    ///     let take = "UPDATE stock SET n = n - 1 WHERE n > 0";
    ///     match tx.executor().execute(take, Params::none()).await? {
    ///         0 => Err(Refused::SoldOut),
    ///         _ => Ok(()),
    ///     }
    /// })
    /// .await
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction).
    pub async fn try_transaction<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        self.try_transaction_with(TxOptions::new(), body).await
    }

    /// [`transaction`](Self::transaction) with an isolation level or access mode.
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction).
    pub async fn transaction_with<R, F>(&self, options: TxOptions, body: F) -> Result<R::Value>
    where
        F: AsyncFnOnce(&Tx) -> R,
        R: Outcome,
    {
        async {
            let tx = Tx::open(self.executor(), options, Span::none()).await?;
            let done = body(&tx).await.into_result();
            ended(tx, done).await
        }
        .instrument(operation(TRANSACTION, ""))
        .await
    }

    /// [`transaction_with`](Self::transaction_with) that fails with an error of the program's
    /// own, as [`try_transaction`](Self::try_transaction).
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction).
    pub async fn try_transaction_with<T, E, F>(&self, options: TxOptions, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        async {
            let tx = Tx::open(self.executor(), options, Span::none()).await?;
            let done = body(&tx).await;
            ended(tx, done).await
        }
        .instrument(operation(TRANSACTION, ""))
        .await
    }

    /// [`transaction`](Self::transaction) that starts over when running it again
    /// may succeed ([`is_retryable`](Error::is_retryable)): the server could not
    /// order it among others, or a table or type changed meanwhile. A connection that was
    /// lost and a deadline are not tried again: the error comes back, and
    /// [`may_have_taken_effect`](Error::may_have_taken_effect) says whether it is safe to call
    /// it once more.
    ///
    /// Each attempt runs a clone of `body`, so it starts from the same state:
    /// it may capture references and clones, not `&mut`. What it does outside
    /// the database must bear to be repeated; see [`Tx::after_commit`].
    ///
    /// ```no_run
    /// # async fn example(db: &orm_core::exec::Db) -> orm_core::Result<()> {
    /// use orm_core::exec::{Executor, Isolation, Params, Retry, TxOptions};
    ///
    /// let serializable = TxOptions::new().isolation(Isolation::Serializable);
    /// db.transaction_retry(serializable, Retry::times(5), async |tx| {
    ///     tx.executor().execute("UPDATE stock SET n = n - 1", Params::none()).await?;
    ///     Ok(())
    /// })
    /// .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction), with the last attempt's error.
    pub async fn transaction_retry<R, F>(
        &self,
        options: TxOptions,
        retry: Retry,
        body: F,
    ) -> Result<R::Value>
    where
        // With `AsyncFnMut` the future of a closure that captures references
        // would not be `Send`, and could not be spawned.
        F: AsyncFnOnce(&Tx) -> R + Clone,
        R: Outcome,
    {
        async {
            let mut attempts = Attempts::new(retry);
            loop {
                let tx = Tx::open(self.executor(), options, Span::none()).await?;
                let done = body.clone()(&tx).await.into_result();
                if let Some(done) = attempts.ended(tx, done).await {
                    return done;
                }
                attempts.pause().await?;
            }
        }
        .instrument(operation(TRANSACTION, ""))
        .await
    }

    /// [`transaction_retry`](Self::transaction_retry) that fails with an error of the program's
    /// own, as [`try_transaction`](Self::try_transaction).
    ///
    /// # Errors
    ///
    /// As [`transaction_retry`](Self::transaction_retry).
    pub async fn try_transaction_retry<T, E, F>(
        &self,
        options: TxOptions,
        retry: Retry,
        body: F,
    ) -> Result<T, E>
    where
        F: AsyncFnOnce(&Tx) -> Result<T, E> + Clone,
        E: From<Error>,
    {
        async {
            let mut attempts = Attempts::new(retry);
            loop {
                let tx = Tx::open(self.executor(), options, Span::none()).await?;
                let done = body.clone()(&tx).await;
                if let Some(done) = attempts.ended(tx, done).await {
                    return done;
                }
                attempts.pause().await?;
            }
        }
        .instrument(operation(TRANSACTION, ""))
        .await
    }
}

impl Tx {
    /// Runs `body` in a nested transaction, which is kept if it returns `Ok`
    /// and rolled back alone if it returns `Err`.
    ///
    /// # Errors
    ///
    /// Fails with the error of `body`, or if the nested transaction cannot be
    /// opened or kept.
    pub async fn transaction<R, F>(&self, body: F) -> Result<R::Value>
    where
        F: AsyncFnOnce(&Tx) -> R,
        R: Outcome,
    {
        let nested = async {
            let savepoint = self.nested().await?;
            let done = body(&savepoint).await.into_result();
            savepoint.ended(done).await
        };
        self.executor()
            .within(SAVEPOINT, "", Box::pin(nested))
            .await
    }

    /// [`transaction`](Self::transaction) that fails with an error of the program's own,
    /// which an [`Error`] can become.
    ///
    /// # Errors
    ///
    /// As [`transaction`](Self::transaction).
    pub async fn try_transaction<T, E, F>(&self, body: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        let nested = async {
            let savepoint = self.nested().await?;
            let done = body(&savepoint).await;
            savepoint.ended(done).await
        };
        self.executor()
            .within(SAVEPOINT, "", Box::pin(nested))
            .await
    }
}

/// Ends a transaction as its body did.
async fn ended<T, E: From<Error>>(tx: Tx, done: Result<T, E>) -> Result<T, E> {
    match done {
        Ok(value) => {
            tx.commit().await?;
            Ok(value)
        }
        Err(error) => {
            // If this fails, the connection is discarded, which rolls back too.
            let _ = tx.rollback().await;
            Err(error)
        }
    }
}

impl super::Savepoint<'_> {
    /// Ends it as its body did.
    async fn ended<T, E: From<Error>>(self, done: Result<T, E>) -> Result<T, E> {
        match done {
            Ok(value) => {
                self.commit().await?;
                Ok(value)
            }
            Err(error) => {
                // If this fails too, the guard's drop sees to it.
                let _ = self.rollback().await;
                Err(error)
            }
        }
    }
}

/// How often a transaction was tried.
struct Attempts {
    retry: Retry,
    made: u32,
}

impl Attempts {
    fn new(retry: Retry) -> Self {
        Attempts { retry, made: 1 }
    }

    /// Ends a transaction as its body did; `None` if it is to be tried again.
    async fn ended<T, E: From<Error>>(&self, tx: Tx, done: Result<T, E>) -> Option<Result<T, E>> {
        let (again, error) = match done {
            Ok(value) => match tx.commit().await {
                Ok(()) => return Some(Ok(value)),
                Err(error) => (error.is_retryable(), error.into()),
            },
            Err(error) => {
                let again = tx.is_retryable();
                let _ = tx.rollback().await;
                (again, error)
            }
        };
        let ends = !again || self.made >= self.retry.attempts();
        ends.then_some(Err(error))
    }

    /// Waits for the next one.
    async fn pause(&mut self) -> Result<()> {
        in_runtime()?;
        tokio::time::sleep(self.retry.pause(self.made)).await;
        self.made += 1;
        Ok(())
    }
}
