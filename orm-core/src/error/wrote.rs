//! Errors that come after a write was carried out.
//!
//! The server can accept a statement whose answer the program cannot read: a
//! column of the returned row changed its type, say. The row is written then,
//! and whoever tries again writes it twice. Such an error says so.

use super::{Error, ErrorKind, Fault};

/// Where a write is that was carried out although its answer is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wrote {
    /// It is in the database, for everyone to see.
    Committed,
    /// It is part of the open transaction.
    InTransaction,
    /// It was sent, and nobody knows what became of it.
    Perhaps,
}

impl Wrote {
    /// What goes before the fault.
    pub(super) fn words(self) -> &'static str {
        match self {
            Wrote::Committed => "the write took place, but its answer is of no use: ",
            Wrote::Perhaps => "the statement may or may not have been carried out: ",
            Wrote::InTransaction => {
                "the write took place in the open transaction, but its answer is of no use: "
            }
        }
    }
}

impl Error {
    /// Whether the write took place although this is an error: the server
    /// carried the statement out, and what it returned could not be read.
    ///
    /// Whoever tries again writes a second time. In a transaction the write is
    /// part of it: kept by a commit, undone by a rollback. An operation of
    /// several statements, such as `create()` with nested rows, undoes all of
    /// them before it returns an error, so it never says yes.
    ///
    /// Whether it took place is unknown where
    /// [`is_commit_unknown`](Self::is_commit_unknown) holds.
    pub fn took_effect(&self) -> bool {
        matches!(self.0.wrote, Some(Wrote::Committed | Wrote::InTransaction))
            || self.is_behind_commit()
    }

    /// Whether what was asked for may have been written although this is an
    /// error: it certainly was ([`took_effect`](Self::took_effect)), or nobody
    /// knows ([`is_commit_unknown`](Self::is_commit_unknown)). Where this says
    /// no, trying again writes nothing twice.
    pub fn may_have_taken_effect(&self) -> bool {
        self.took_effect() || self.is_commit_unknown()
    }

    /// Says that the statement had been sent, outside a transaction, when the
    /// connection was lost or the time was up.
    /// What the server itself reports of the statement ended it, unless the
    /// server crashed, or it is a pooler that reports the loss of it.
    #[must_use]
    pub(crate) fn lost_after_sending(mut self) -> Self {
        let ended = ["57P01", "57P03", "57P04", "57P05", "25P03", "25P04"];
        let is_open = self.sqlstate().is_none_or(|it| !ended.contains(&it));
        let unanswered = matches!(
            self.kind(),
            ErrorKind::ConnectionLost | ErrorKind::QueryCancelled
        ) && matches!(self.0.fault, Fault::Connect(_));
        if unanswered && is_open {
            self.0.wrote = Some(Wrote::Perhaps);
        }
        self
    }

    pub(super) fn is_perhaps_written(&self) -> bool {
        self.0.wrote == Some(Wrote::Perhaps)
    }

    /// Says that the statement was carried out before this went wrong.
    ///
    /// `wrote` is [`Exec::wrote`](crate::exec::Exec::wrote) of what it ran on.
    #[must_use]
    pub(crate) fn after_write(mut self, wrote: Option<Wrote>) -> Self {
        self.0.wrote = wrote;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_after_a_write_says_that_it_took_place() {
        let error = || Error::decode("orders", "total", "int4", "int8");
        assert!(!error().took_effect());
        let after = error().after_write(Some(Wrote::Committed));
        assert!(after.took_effect());
        assert_eq!(
            after.to_string(),
            "the write took place, but its answer is of no use: orders.total: expected int4, got int8"
        );
        let after = error().after_write(Some(Wrote::InTransaction));
        assert!(after.to_string().contains("in the open transaction"));
    }
}
