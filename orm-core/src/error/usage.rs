//! Things refused on purpose.

use std::borrow::Cow;
use std::fmt;

use super::{Error, ErrorKind, Fault};

pub(super) enum UsageFault {
    Refused(Cow<'static, str>),
    Aborted,
}

impl UsageFault {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Refused(_) => ErrorKind::Usage,
            Self::Aborted => ErrorKind::TransactionAborted,
        }
    }
}

impl fmt::Display for UsageFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(message) => f.write_str(message),
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

    /// COMMIT was asked for, but the transaction had failed.
    pub(crate) fn transaction_aborted() -> Self {
        Self::new(Fault::Usage(UsageFault::Aborted))
    }
}
