//! What runs statements on PostgreSQL: a pool, or one open transaction.

use std::sync::Arc;

use crate::exec::executor::How;
use crate::exec::log::{ConnectionId, Entry};
use crate::exec::n_plus_one::NPlusOne;
use crate::exec::params::Params;
use crate::exec::telemetry::Place;

use super::db::Db;
use super::pace::Pace;
use super::pool::Shared;
use super::session::Session;

/// Runs statements on whatever it came from. Small and `Copy`.
#[derive(Clone, Copy)]
pub(in crate::exec) struct Exec<'a> {
    pub(in crate::exec) on: On<'a>,
    pub(in crate::exec) how: How,
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
        matches!(self, On::Session(session, _) if !session.is_outside())
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

    pub(in crate::exec) fn watch(self) -> Option<&'a NPlusOne> {
        self.db().watch.as_ref()
    }

    pub(in crate::exec) fn pace(self) -> &'a Pace {
        &self.db().shared.pace
    }

    pub(super) fn shared(self) -> &'a Shared {
        &self.db().shared
    }

    pub(in crate::exec) fn place(self) -> Place<'a> {
        match self {
            On::Pool(_) => None,
            On::Session(session, level) => Some((&session.guards, level)),
        }
    }
}

impl<'a> Exec<'a> {
    pub(super) fn in_transaction(self) -> bool {
        self.on.in_transaction()
    }

    pub(super) fn shared(self) -> &'a Shared {
        self.on.shared()
    }

    /// The line in the log of a statement that is about to be sent.
    pub(super) fn entry(self, text: &'a str, params: Params<'a>, id: ConnectionId) -> Entry<'a> {
        self.on.db().log.start_at(self.on.place(), text, params, id)
    }
}
