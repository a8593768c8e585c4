//! Several statements that stand or fall together, wherever they run.

use super::executor::{Exec, Executor, On};
use super::tx::Tx;
use crate::error::Result;

/// Statements of one operation: in a transaction of their own, or as part of
/// the one that is open already.
#[derive(Debug)]
pub(crate) enum Unit<'a> {
    /// Opened for this operation.
    Own(Tx),
    /// The caller's transaction, which a failed statement aborts as a whole.
    Outer(Exec<'a>),
}

impl<'a> Exec<'a> {
    /// Begins an operation of several statements.
    ///
    /// # Errors
    /// When there is no connection.
    pub(crate) async fn unit(self) -> Result<Unit<'a>> {
        match self.on {
            On::Pool(db) => Ok(Unit::Own(db.begin().await?)),
            On::Session(..) => Ok(Unit::Outer(self)),
        }
    }
}

impl Unit<'_> {
    /// What the operation's statements run on.
    pub(crate) fn exec(&self) -> Exec<'_> {
        match self {
            Unit::Own(tx) => tx.executor(),
            Unit::Outer(exec) => *exec,
        }
    }

    /// Ends the operation. Dropped in place of this, a transaction of its own rolls back.
    ///
    /// # Errors
    /// When the commit fails.
    pub(crate) async fn commit(self) -> Result<()> {
        match self {
            Unit::Own(tx) => tx.commit().await,
            Unit::Outer(_) => Ok(()),
        }
    }
}
