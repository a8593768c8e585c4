//! Several statements that stand or fall together, wherever they run.

use super::executor::{Exec, Executor};
use super::telemetry::own_transaction;
use super::tx::{Savepoint, Tx};
use super::tx_options::TxOptions;
use crate::error::Result;

/// Statements of one operation: in a transaction of their own, or in a
/// savepoint of the one that is open already.
#[derive(Debug)]
pub(crate) enum Unit<'a> {
    /// Opened for this operation.
    Own(Tx),
    /// Within the caller's transaction, which goes on if the operation fails.
    Nested(Savepoint<'a>),
    /// One statement on a connection of the pool: it stands or falls by itself.
    Alone(Exec<'a>),
}

impl<'a> Exec<'a> {
    /// Begins an operation of several statements.
    ///
    /// # Errors
    /// When there is no connection, or the transaction has failed already.
    pub(crate) fn unit(self) -> impl Future<Output = Result<Unit<'a>>> + Send {
        async move {
            match self.session() {
                // What fails undoes all that it is handed over with.
                _ if self.how.joint => Ok(Unit::Alone(self)),
                None => {
                    let tx = Tx::open(self, TxOptions::new(), own_transaction()).await?;
                    Ok(Unit::Own(tx))
                }
                Some((session, level)) => Ok(Unit::Nested(Savepoint::open(session, level).await?)),
            }
        }
    }

    /// Begins an operation of one statement: only within a transaction does it
    /// take more than the statement, so that the transaction goes on if it fails.
    ///
    /// # Errors
    /// When the transaction has failed already.
    pub(crate) fn unit_of_one(self) -> impl Future<Output = Result<Unit<'a>>> + Send {
        async move {
            match self.in_transaction() {
                false => Ok(Unit::Alone(self)),
                true => self.unit().await,
            }
        }
    }
}

impl Unit<'_> {
    /// What the operation's statements run on.
    pub(crate) fn exec(&self) -> Exec<'_> {
        match self {
            Unit::Own(tx) => tx.executor(),
            Unit::Nested(savepoint) => savepoint.executor(),
            // What its one statement wrote stays, whatever fails behind it.
            Unit::Alone(exec) => return *exec,
        }
        .undone_on_error()
    }

    /// Undoes the operation, now and not when somebody finds the time.
    pub(crate) fn rollback(self) -> impl Future<Output = ()> + Send {
        async move {
            // If this fails, dropping it rolls back too.
            let _ = match self {
                Unit::Own(tx) => tx.rollback().await,
                Unit::Nested(savepoint) => savepoint.rollback().await,
                Unit::Alone(_) => Ok(()),
            };
        }
    }

    /// Ends the operation. Dropped in place of this, it is rolled back.
    ///
    /// # Errors
    /// When the commit fails.
    pub(crate) fn commit(self) -> impl Future<Output = Result<()>> + Send {
        async move {
            match self {
                Unit::Own(tx) => tx.commit().await,
                Unit::Nested(savepoint) => savepoint.commit().await,
                Unit::Alone(_) => Ok(()),
            }
        }
    }
}
