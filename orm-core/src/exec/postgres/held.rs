//! A connection in hand: checked out for one statement, or a transaction's.

use super::connection::{Connection, Object};
use super::db::Db;
use super::rescue::{Leftovers, discard, rescue};
use super::session::Session;
use crate::error::{Error, ErrorKind};
use crate::exec::log::ConnectionId;
use crate::exec::params::Params;

/// The connection a statement runs on.
///
/// Between [`depart`](Self::depart) and [`arrive`](Self::arrive) a statement
/// is under way. Dropped in between, the connection is not reused as it is.
// Boxing the lease would cost an allocation per statement; a `Held` lives in
// one future and is never collected.
#[allow(clippy::large_enum_variant)]
pub(in crate::exec) enum Held<'a> {
    Lease(Lease<'a>),
    Session(&'a Session),
}

impl Held<'_> {
    pub(in crate::exec) fn connection(&self) -> &Connection {
        match self {
            Self::Lease(lease) => lease.object(),
            Self::Session(session) => session.object(),
        }
    }

    pub(in crate::exec) fn id(&self) -> ConnectionId {
        ConnectionId::pooled(match self {
            Self::Lease(lease) => Object::id(lease.object()),
            Self::Session(session) => Object::id(session.object()),
        })
    }

    /// A statement is about to be sent.
    pub(in crate::exec) fn depart(&mut self) {
        match self {
            Self::Lease(lease) => lease.in_flight = true,
            Self::Session(session) => session.depart(),
        }
    }

    /// The server has answered completely.
    pub(in crate::exec) fn arrive(&mut self) {
        match self {
            Self::Lease(lease) => lease.in_flight = false,
            Self::Session(session) => session.arrive(),
        }
    }

    /// Takes from a statement's failure what it says about the connection.
    pub(in crate::exec) fn learn(&mut self, error: &Error) {
        match self {
            Self::Lease(lease) => lease.doomed |= dooms(error.kind()),
            Self::Session(session) => session.learn(error),
        }
    }

    /// The statement changes the session itself, which nobody else expects.
    pub(in crate::exec) fn taint(&mut self) {
        match self {
            Self::Lease(lease) => lease.doomed = true,
            Self::Session(session) => session.taint(),
        }
    }

    /// What names mean to the next statement.
    pub(in crate::exec) fn meaning(&self) -> u64 {
        match self {
            Self::Lease(_) => 0,
            Self::Session(session) => session.meaning(),
        }
    }

    /// The statement may change what names mean. Outside a transaction that
    /// ends with it, or taints the connection.
    pub(in crate::exec) fn rename(&mut self, text: &str, params: Params<'_>) {
        if let Self::Session(session) = self {
            session.rename(text, params);
        }
    }

    pub(in crate::exec) fn in_transaction(&self) -> bool {
        matches!(self, Self::Session(session) if !session.is_outside())
    }

    /// Gives the connection back, to be replaced by another.
    pub(in crate::exec) fn give_back(&mut self) {
        if let Self::Lease(lease) = self {
            lease.give_back();
        }
    }
}

/// Whether a connection is of no more use after an error of this kind.
///
/// A server that became read-only is a replica after a failover; what the
/// driver cannot read leaves it out of step with the server. A pooler that has no
/// session closes the connection.
pub(in crate::exec) fn dooms(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ConnectionLost
            | ErrorKind::ReadOnly
            | ErrorKind::Decode
            | ErrorKind::AcquireTimeout
            | ErrorKind::ServerUnavailable
    )
}

/// A connection checked out of the pool for one statement.
pub(in crate::exec) struct Lease<'a> {
    object: Option<Object>,
    db: &'a Db,
    in_flight: bool,
    doomed: bool,
}

impl<'a> Lease<'a> {
    pub(in crate::exec) fn new(db: &'a Db, object: Object) -> Self {
        Self {
            object: Some(object),
            db,
            in_flight: false,
            doomed: false,
        }
    }

    fn object(&self) -> &Object {
        self.object
            .as_ref()
            .expect("it is given back only to be dropped or replaced")
    }

    fn give_back(&mut self) {
        if self.doomed {
            if let Some(object) = self.object.take() {
                discard(object, &self.db.shared);
            }
        } else if self.in_flight {
            let left = Leftovers {
                statement: true,
                transaction: None,
                told: None,
            };
            if let Some(object) = self.object.take() {
                rescue(object, &self.db.shared, left);
            }
        } else if self.object.is_some() {
            // Dropped where it is.
            self.object = None;
            self.db.shared.note_return();
        }
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        self.give_back();
    }
}
