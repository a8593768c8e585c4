//! What runs statements on PostgreSQL: a pool, or one open transaction.

use std::sync::Arc;

use crate::exec::executor::How;
use crate::exec::log::Log;
use crate::exec::n_plus_one::NPlusOne;

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

    pub(super) fn log(self) -> &'a Log {
        &self.db().log
    }
}

impl<'a> Exec<'a> {
    pub(super) fn in_transaction(self) -> bool {
        self.on.in_transaction()
    }

    pub(super) fn shared(self) -> &'a Shared {
        self.on.shared()
    }

    pub(super) fn log(self) -> &'a Log {
        self.on.log()
    }
}
