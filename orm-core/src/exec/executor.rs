//! What runs statements: a pool, or one open transaction.

use std::fmt;
use std::sync::Arc;

use super::db::Db;
use super::log::Log;
use super::n_plus_one::CallSite;
use super::pool::Shared;
use super::session::Session;
use super::tx::{Savepoint, Tx};
use crate::error::{Error, Wrote};
use crate::schema::Backend;

pub(super) mod sealed {
    pub trait Sealed {}
}

/// Something that runs queries: `&db`, or `&tx` inside a transaction.
///
/// It is borrowed, never consumed, so several statements can be under way.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot run queries",
    note = "pass `&db` or, inside a transaction, `&tx`"
)]
pub trait Executor: sealed::Sealed + Sync {
    /// The non-generic core that all queries go through.
    fn executor(&self) -> Exec<'_>;
}

/// An [`Executor`] whose statements belong to one transaction.
#[diagnostic::on_unimplemented(
    message = "row locks are held until a transaction ends, so they need one",
    note = "run it inside `db.transaction(async |tx| {{ .. }})` and pass `&tx`"
)]
pub trait InTransaction: Executor {}

/// Runs statements on whatever it came from. Small and `Copy`.
#[derive(Clone, Copy)]
pub struct Exec<'a> {
    pub(super) on: On<'a>,
    /// Keep the prepared statement for next time.
    pub(super) keep: bool,
    /// The statement changes nothing, so it may be sent a second time.
    pub(super) reads: bool,
    /// The statement may share a connection with others.
    pub(super) shares: bool,
    /// The statement is the last of its snapshot.
    pub(super) ends: bool,
    /// The statement is part of an operation that is undone when it fails.
    pub(super) undone: bool,
}

#[derive(Clone, Copy)]
pub(super) enum On<'a> {
    Pool(&'a Db),
    /// A transaction, at the level of the `Tx` in hand.
    Session(&'a Arc<Session>, usize),
}

impl<'a> Exec<'a> {
    pub(super) fn on_pool(db: &'a Db) -> Self {
        Self {
            on: On::Pool(db),
            keep: true,
            reads: false,
            shares: false,
            ends: false,
            undone: false,
        }
    }

    pub(super) fn on_session(session: &'a Arc<Session>, level: usize) -> Self {
        Self {
            on: On::Session(session, level),
            keep: true,
            reads: false,
            shares: false,
            ends: false,
            undone: false,
        }
    }

    /// Prepares the next statement for this one time: for texts that will not
    /// come again.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.keep = false;
        self
    }

    /// Promises that the next statement changes nothing.
    ///
    /// It is then sent again, once and on another connection, if the pool's
    /// connection turns out to be dead before the first row.
    #[must_use]
    pub fn reading(mut self) -> Self {
        self.reads = true;
        self
    }

    /// The kind of database that the statements are for.
    pub fn backend(&self) -> Backend {
        Backend::Postgres
    }

    /// Whether statements are part of a transaction.
    pub fn in_transaction(&self) -> bool {
        matches!(self.on, On::Session(..))
    }

    /// Says that the next statement's operation is undone when it fails.
    pub(super) fn undone_on_error(mut self) -> Self {
        self.undone = true;
        self
    }

    /// Where a write is that was carried out, if something fails behind it; for
    /// [`Error::after_write`](crate::error::Error::after_write).
    pub(crate) fn wrote(&self) -> Option<Wrote> {
        match self.on {
            _ if self.undone => None,
            On::Pool(_) => Some(Wrote::Committed),
            On::Session(..) => Some(Wrote::InTransaction),
        }
    }

    /// The same of a statement written by hand, which may only read.
    pub(crate) fn wrote_by(&self, text: &str) -> Option<Wrote> {
        self.wrote().filter(|_| super::effect::may_write(text))
    }

    /// The error, after which the open transaction can only be rolled back: the
    /// server accepted what must not stay.
    #[must_use]
    pub(crate) fn must_roll_back(&self, error: Error) -> Error {
        if let On::Session(session, _) = self.on {
            session.fail();
        }
        error
    }

    /// Counts a load of one row's association, if someone watches.
    pub(crate) fn note(&self, site: CallSite) {
        let db = match self.on {
            On::Pool(db) => db,
            On::Session(session, _) => &session.db,
        };
        if let Some(watch) = &db.watch {
            watch.note(site);
        }
    }

    pub(super) fn shared(&self) -> &'a Shared {
        match self.on {
            On::Pool(db) => &db.shared,
            On::Session(session, _) => &session.db.shared,
        }
    }

    pub(super) fn log(&self) -> &'a Log {
        match self.on {
            On::Pool(db) => &db.log,
            On::Session(session, _) => &session.db.log,
        }
    }
}

impl fmt::Debug for Exec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exec")
            .field("in_transaction", &self.in_transaction())
            .finish_non_exhaustive()
    }
}

impl sealed::Sealed for Db {}
impl sealed::Sealed for Tx {}
impl sealed::Sealed for Savepoint<'_> {}
impl<E: Executor + ?Sized> sealed::Sealed for &E {}

#[diagnostic::do_not_recommend]
impl<E: Executor + ?Sized> Executor for &E {
    fn executor(&self) -> Exec<'_> {
        (**self).executor()
    }
}

#[diagnostic::do_not_recommend]
impl InTransaction for Tx {}
#[diagnostic::do_not_recommend]
impl InTransaction for Savepoint<'_> {}
#[diagnostic::do_not_recommend]
impl<E: InTransaction + ?Sized> InTransaction for &E {}
