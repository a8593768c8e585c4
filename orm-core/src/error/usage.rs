//! Things refused on purpose.

use std::borrow::Cow;
use std::fmt;

use super::{Error, ErrorKind, Fault};

pub(super) enum UsageFault {
    Refused(Cow<'static, str>),
    Aborted,
    #[cfg(feature = "sqlite")]
    Failed,
}

impl UsageFault {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(_) => ErrorKind::Usage,
            Self::Aborted => ErrorKind::TransactionAborted,
            #[cfg(feature = "sqlite")]
            Self::Failed => ErrorKind::TransactionAborted,
        }
    }
}

impl fmt::Display for UsageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(message) => f.write_str(message),
            #[cfg(feature = "sqlite")]
            Self::Failed => f.write_str(
                "the transaction takes no more statements: an earlier one failed; to go on after a \
                 failure, wrap the statement in `tx.transaction(..)`",
            ),
            Self::Aborted => f.write_str(
                "the transaction was rolled back instead of committed, because a statement in it \
                 had failed: return that error, or wrap the statement in `tx.transaction(..)`",
            ),
        }
    }
}

impl Error {
    /// The program asked for something that is refused on purpose.
    ///
    /// The message says what to write instead.
    pub fn usage(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Usage(UsageFault::Refused(message.into())))
    }

    /// Names the model it is about.
    #[must_use]
    pub(crate) fn of_model(mut self, model: &'static str) -> Self {
        self.0.model = Some(model);
        self
    }

    /// A statement would open or end a transaction.
    pub(crate) fn own_transaction() -> Self {
        Self::usage(
            "transactions are opened and ended by `db.transaction(..)`, `db.begin()`, \
             `tx.commit()` and `tx.rollback()`, not by statements",
        )
    }

    /// A statement was sent in a transaction in which another had failed.
    #[cfg(feature = "sqlite")]
    pub(crate) fn failed_transaction() -> Self {
        Self::new(Fault::Usage(UsageFault::Failed))
    }

    /// COMMIT was asked for, but the transaction had failed.
    pub(crate) fn transaction_aborted() -> Self {
        Self::new(Fault::Usage(UsageFault::Aborted))
    }
}
