//! What runs statements: a pool, or one open transaction.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::db::Db;
use super::n_plus_one::CallSite;
#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::telemetry::Place;
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
    pub(super) how: How,
}

/// What statements run on, by kind of database.
#[derive(Clone, Copy)]
pub(super) enum On<'a> {
    #[cfg(feature = "postgres")]
    Postgres(postgres::On<'a>),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::On<'a>),
}

/// How the next statement is run.
#[derive(Clone, Copy)]
pub(super) struct How {
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
    /// The statement is handed over together with others, behind those before it.
    pub(super) joint: bool,
}

impl How {
    /// Where a write is that was carried out, if something fails behind it.
    pub(super) fn wrote(self, in_transaction: bool) -> Option<Wrote> {
        match (self.undone, in_transaction) {
            (true, _) => None,
            (false, true) => Some(Wrote::InTransaction),
            (false, false) => Some(Wrote::Committed),
        }
    }
}

impl<'a> Exec<'a> {
    pub(super) fn new(on: On<'a>) -> Self {
        Self {
            on,
            how: How {
                keep: true,
                reads: false,
                shares: false,
                ends: false,
                undone: false,
                joint: false,
            },
        }
    }

    /// Prepares the next statement for this one time: for texts that will not
    /// come again.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.how.keep = false;
        self
    }

    /// Promises that the next statement changes nothing.
    ///
    /// It is then sent again, once and on another connection, if the pool's
    /// connection turns out to be dead before the first row; where a database has
    /// connections that only read, one of them runs it.
    #[must_use]
    pub fn reading(mut self) -> Self {
        self.how.reads = true;
        self
    }

    /// Promises, if `shares`, that the next statement is an ordinary read: no
    /// raw text, no lock. It may then go through a connection that other tasks
    /// read through at the same time, if the pool has
    /// [such connections](super::PoolOptions::shared_reads).
    #[must_use]
    pub fn sharing(mut self, shares: bool) -> Self {
        self.how.shares = shares;
        self
    }

    /// Promises, if `ends`, that the next statement is the last of its
    /// [`Snapshot`](super::snapshot::Snapshot): COMMIT is sent as soon as the server
    /// begins to answer it.
    #[must_use]
    pub(crate) fn ending(mut self, ends: bool) -> Self {
        self.how.ends = ends;
        self
    }

    /// The kind of database that the statements are for.
    pub fn backend(&self) -> Backend {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(_) => Backend::Postgres,
            #[cfg(feature = "sqlite")]
            On::Sqlite(_) => Backend::Sqlite,
        }
    }

    /// Where statements are sent, as their spans have it.
    pub(super) fn place(self) -> Place<'a> {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.place(),
            #[cfg(feature = "sqlite")]
            On::Sqlite(on) => on.place(),
        }
    }

    /// Whether statements are part of a transaction.
    pub fn in_transaction(&self) -> bool {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.in_transaction(),
            #[cfg(feature = "sqlite")]
            On::Sqlite(on) => on.in_transaction(),
        }
    }

    /// Says that the next statement's operation is undone when it fails.
    pub(super) fn undone_on_error(mut self) -> Self {
        self.how.undone = true;
        self
    }

    /// Whether statements are part of an operation that is undone when one fails.
    pub(crate) fn is_undone_on_error(&self) -> bool {
        self.how.undone
    }

    /// Says that the next statement is handed over together with others.
    pub(super) fn jointly(mut self) -> Self {
        self.how.joint = true;
        self
    }

    /// Where a write is that was carried out, if something fails behind it; for
    /// [`Error::after_write`](crate::error::Error::after_write).
    pub(crate) fn wrote(&self) -> Option<Wrote> {
        self.how.wrote(self.in_transaction())
    }

    /// The same of a statement written by hand, which may only read.
    pub(crate) fn wrote_by(&self, text: &str) -> Option<Wrote> {
        let writes = match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(_) => postgres::may_write(text),
            #[cfg(feature = "sqlite")]
            On::Sqlite(_) => sqlite::may_write(text),
        };
        self.wrote().filter(|_| writes)
    }

    /// The error, after which the open transaction can only be rolled back: the
    /// server accepted what must not stay.
    #[must_use]
    pub(crate) fn must_roll_back(&self, error: Error) -> Error {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.must_roll_back(),
            #[cfg(feature = "sqlite")]
            On::Sqlite(on) => on.must_roll_back(),
        }
        error
    }

    /// Counts a load of one row's association, if someone watches.
    pub(crate) fn note(&self, site: CallSite) {
        let watch = match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.watch(),
            #[cfg(feature = "sqlite")]
            On::Sqlite(on) => on.watch(),
        };
        if let Some(watch) = watch {
            watch.note(site);
        }
    }

    /// How many rows the statement returned last, if they were many.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(crate) fn many_rows(&self, text: &str) -> Option<u64> {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.pace().rows(text),
            // Every level has a statement of its own anyway.
            #[cfg(feature = "sqlite")]
            On::Sqlite(_) => None,
        }
    }

    /// Remembers how many rows the statement returned.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(crate) fn remember_rows(&self, text: &str, rows: u64) {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.remember_rows(text, rows),
            #[cfg(feature = "sqlite")]
            On::Sqlite(_) => {}
        }
    }

    /// How long a statement takes that does nothing.
    pub(crate) fn round_trip(&self) -> Duration {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(on) => on.pace().round_trip(),
            #[cfg(feature = "sqlite")]
            On::Sqlite(_) => Duration::ZERO,
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

/// Where a statement runs, for what takes an [`Executor`].
pub(crate) struct OnExec<'a>(pub(crate) Exec<'a>);

#[diagnostic::do_not_recommend]
impl Executor for OnExec<'_> {
    fn executor(&self) -> Exec<'_> {
        self.0
    }
}

impl sealed::Sealed for OnExec<'_> {}
impl sealed::Sealed for Db {}
impl sealed::Sealed for Tx {}
impl sealed::Sealed for Savepoint<'_> {}
impl<E: Executor + ?Sized> sealed::Sealed for &E {}
impl<E: Executor + Send + ?Sized> sealed::Sealed for Arc<E> {}

#[diagnostic::do_not_recommend]
impl<E: Executor + ?Sized> Executor for &E {
    fn executor(&self) -> Exec<'_> {
        (**self).executor()
    }
}

// A transaction that several parts of a program share.
#[diagnostic::do_not_recommend]
impl<E: Executor + Send + ?Sized> Executor for Arc<E> {
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
#[diagnostic::do_not_recommend]
impl<E: InTransaction + Send + ?Sized> InTransaction for Arc<E> {}
