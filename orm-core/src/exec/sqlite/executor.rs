//! What runs statements on SQLite: a pool, or one open transaction.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::error::{Error, Result};
use crate::exec::deadline::in_runtime;
use crate::exec::executor::How;
use crate::exec::log::{ConnectionId, Entry};
use crate::exec::n_plus_one::NPlusOne;
use crate::exec::params::Params;
use crate::exec::telemetry::Place;

use super::connection::Connection;
use super::db::Db;
use super::pool::{Lease, Shared};
use super::session::Session;
use super::worker::Use;

/// Runs statements on whatever it came from. Small and `Copy`.
#[derive(Clone, Copy)]
pub(in crate::exec) struct Exec<'a> {
    pub(super) on: On<'a>,
    pub(super) how: How,
}

/// What a statement runs on.
#[derive(Clone, Copy)]
pub(in crate::exec) enum On<'a> {
    Pool(&'a Db),
    /// A transaction, at the level of the `Tx` in hand.
    Session(&'a Arc<Session>, usize),
}

impl<'a> On<'a> {
    pub(in crate::exec) fn how(self, how: How) -> Exec<'a> {
        Exec { on: self, how }
    }

    pub(in crate::exec) fn in_transaction(self) -> bool {
        matches!(self, On::Session(..))
    }

    pub(in crate::exec) fn must_roll_back(self) {
        if let On::Session(session, _) = self {
            session.fail();
        }
    }

    fn db(self) -> &'a Db {
        match self {
            On::Pool(db) => db,
            On::Session(session, _) => &session.db,
        }
    }

    pub(in crate::exec) fn place(self) -> Place<'a> {
        match self {
            On::Pool(_) => None,
            On::Session(session, level) => Some((&session.guards, level)),
        }
    }

    pub(in crate::exec) fn watch(self) -> Option<&'a NPlusOne> {
        self.db().watch.as_ref()
    }
}

impl<'a> Exec<'a> {
    pub(super) fn shared(self) -> &'a Shared {
        &self.on.db().shared
    }

    /// The line in the log of a statement that is about to be sent.
    pub(super) fn entry(self, text: &'a str, params: Params<'a>, id: ConnectionId) -> Entry<'a> {
        self.on.db().log.start_at(self.on.place(), text, params, id)
    }

    /// How long a statement may take.
    pub(super) fn limit(self) -> Option<Duration> {
        let limits = self.shared().limits;
        match (limits.deadline, limits.statement) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// The connection to run a statement on, if it is there in time. Nothing was sent before.
    pub(super) async fn hold_until(self, deadline: Option<Instant>) -> Result<Held<'a>> {
        let Some(deadline) = deadline else {
            return self.hold().await;
        };
        in_runtime()?;
        match (timeout_at(deadline, self.hold()).await, self.on) {
            (Ok(held), _) => held,
            (Err(_), On::Pool(db)) => Err(db.shared.late()),
            (Err(_), On::Session(..)) => Err(Error::deadline()),
        }
    }

    /// Says what is unknown of a statement that is not waited for any longer: it is
    /// interrupted, or was done just then.
    pub(super) fn lost(self, error: Error) -> Error {
        if self.how.reads || self.on.in_transaction() {
            return error;
        }
        error.lost_after_sending()
    }

    /// Gets the connection to run a statement on.
    pub(super) async fn hold(self) -> Result<Held<'a>> {
        Ok(match self.on {
            On::Pool(db) => {
                let purpose = if self.how.reads {
                    Use::Read
                } else {
                    Use::Write
                };
                Held::Lease(db.shared.checkout(purpose).await?)
            }
            On::Session(session, level) => {
                session.ready(level).await?;
                Held::Session(session)
            }
        })
    }
}

/// The connection a statement runs on.
pub(super) enum Held<'a> {
    Lease(Lease),
    Session(&'a Session),
}

impl Held<'_> {
    /// Whether no other connection is in use.
    pub(super) fn is_alone(&self) -> bool {
        match self {
            Held::Lease(lease) => lease.is_alone(),
            Held::Session(session) => session.is_alone(),
        }
    }
}

impl Deref for Held<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Held::Lease(lease) => lease,
            Held::Session(session) => session.connection(),
        }
    }
}
