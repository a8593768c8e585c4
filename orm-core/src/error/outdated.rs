//! Prepared statements that no longer fit what they were prepared for.

use super::sqlstate::SqlState;
use super::{Error, Fault, ServerError};

/// What we say in the server's place: the answer does not look as it was described.
pub(crate) const CHANGED: &str = "OR001";

/// Why a prepared statement may be of no more use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outdated {
    /// A table or a type changed, so others are outdated too.
    Catalog,
    /// Something it refers to is no more, so others are outdated too; unless
    /// it is a function that refers to it.
    Gone,
    /// The server's session has no such statement.
    Session,
    /// The statement was carried out, and its answer does not look as it did
    /// when it was described.
    Answer,
    /// Its types do not fit. Those of a new statement may, if a schema of the
    /// same names is searched now.
    Types,
}

impl Outdated {
    pub(super) fn from_db(db: &ServerError) -> Option<Self> {
        if db.code() == CHANGED {
            return Some(Self::Answer);
        }
        match db.state() {
            SqlState::INVALID_SQL_STATEMENT_NAME => Some(Self::Session),
            // The message is translated by the server; the routine is not.
            SqlState::FEATURE_NOT_SUPPORTED => {
                (db.0.routine.as_deref() == Some("RevalidateCachedQuery")).then_some(Self::Catalog)
            }
            // Internal errors are not translated.
            SqlState::INTERNAL_ERROR => {
                let lookup = db.message().starts_with("cache lookup failed for");
                lookup.then_some(Self::Gone)
            }
            SqlState::DATATYPE_MISMATCH
            | SqlState::UNDEFINED_FUNCTION
            | SqlState::UNDEFINED_OBJECT => Some(Self::Types),
            _ => None,
        }
    }

    /// Whether the statement is to blame however it was prepared.
    pub(super) fn is_certain(self) -> bool {
        matches!(self, Self::Catalog | Self::Session | Self::Answer)
    }
}

impl Error {
    /// Why the prepared statement may be of no more use, if it may.
    pub(crate) fn outdated(&self) -> Option<Outdated> {
        match &self.0.fault {
            Fault::Server(fault) => fault.outdated(),
            _ => None,
        }
    }

    /// Whether the statement met something that went away while it was prepared: a type
    /// made anew, say, between one message and the next.
    pub(super) fn is_of_something_gone(&self) -> bool {
        self.outdated() == Some(Outdated::Gone)
    }

    /// Says that the statement was prepared for something that is no more.
    #[must_use]
    pub(crate) fn plan_changed(mut self) -> Self {
        if let Fault::Server(fault) = &mut self.0.fault {
            fault.blame_plan();
        }
        self
    }
}
