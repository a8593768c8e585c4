//! The connection of an open transaction, on whichever database.

use std::sync::Arc;

use super::db::{Db, Inside};
use super::ends::{AtEnd, Callback, Ended};
use super::executor::{Exec, On};
#[cfg(feature = "postgres")]
use super::postgres;
#[cfg(feature = "sqlite")]
use super::sqlite;
use super::telemetry::Guards;
use super::tx_options::TxOptions;
use crate::error::{Error, Result};

/// A connection inside a transaction. Level 0 is the transaction itself,
/// level n its n-th nested savepoint.
///
/// The last clone that is dropped before the transaction ended rolls it back.
#[derive(Clone)]
pub(super) enum Session {
    #[cfg(feature = "postgres")]
    Postgres(Arc<postgres::Session>),
    #[cfg(feature = "sqlite")]
    Sqlite(Arc<sqlite::Session>),
}

/// Calls a method that every database's session has. Of SQLite what awaits is boxed,
/// so that nobody else's futures grow by it.
macro_rules! on_each {
    ($session:expr, $it:ident => $call:expr) => {
        match $session {
            #[cfg(feature = "postgres")]
            Session::Postgres($it) => $call,
            #[cfg(feature = "sqlite")]
            Session::Sqlite($it) => $call,
        }
    };
    (await $session:expr, $it:ident => $call:expr) => {
        match $session {
            #[cfg(feature = "postgres")]
            Session::Postgres($it) => $call.await,
            #[cfg(feature = "sqlite")]
            Session::Sqlite($it) => Box::pin($call).await,
        }
    };
}

impl Exec<'_> {
    /// The open transaction, and the level in hand; of a pool there is none.
    pub(super) fn session(self) -> Option<(Session, usize)> {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(postgres::On::Session(it, level)) if !it.is_outside() => {
                Some((Session::Postgres(Arc::clone(it)), level))
            }
            #[cfg(feature = "sqlite")]
            On::Sqlite(sqlite::On::Session(it, level)) => {
                Some((Session::Sqlite(Arc::clone(it)), level))
            }
            _ => None,
        }
    }

    /// Whether it is a connection on which statements stand alone, sent together.
    pub(crate) fn stands_in_line(self) -> bool {
        match self.on {
            #[cfg(feature = "postgres")]
            On::Postgres(postgres::On::Session(it, _)) => it.is_outside(),
            _ => false,
        }
    }

    /// Whether a statement stands alone: what it wrote is kept when it ends.
    pub(crate) fn stands_alone(self) -> bool {
        !self.how.joint && !self.how.undone && self.session().is_none()
    }

    /// A connection of the pool for statements that are sent together and stand alone;
    /// `None` where there is nothing to save.
    ///
    /// # Errors
    /// When there is no connection.
    pub(super) fn line(self) -> impl Future<Output = Result<Option<Session>>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(postgres::On::Pool(db)) => {
                    Ok(Some(Session::Postgres(db.session_outside().await?)))
                }
                _ => Ok(None),
            }
        }
    }

    /// A connection of the pool for a transaction that is to be opened.
    ///
    /// # Errors
    /// When there is none, or this is a transaction already.
    pub(super) fn session_of_its_own(
        self,
        options: TxOptions,
    ) -> impl Future<Output = Result<Session>> + Send {
        async move {
            match self.on {
                #[cfg(feature = "postgres")]
                On::Postgres(postgres::On::Pool(db)) => Ok(Session::Postgres(db.session().await?)),
                #[cfg(feature = "postgres")]
                On::Postgres(postgres::On::Session(it, _)) if it.is_outside() => {
                    Ok(Session::Postgres(it.db.session().await?))
                }
                #[cfg(feature = "sqlite")]
                On::Sqlite(sqlite::On::Pool(db)) => {
                    Ok(Session::Sqlite(Box::pin(db.session(options)).await?))
                }
                _ => {
                    let _ = options;
                    Err(Error::usage(
                        "a transaction decides by its isolation what its statements see",
                    ))
                }
            }
        }
    }
}

impl Session {
    /// What runs statements at a level.
    pub(super) fn exec(&self, level: usize) -> Exec<'_> {
        Exec::new(match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => On::Postgres(postgres::On::Session(it, level)),
            #[cfg(feature = "sqlite")]
            Session::Sqlite(it) => On::Sqlite(sqlite::On::Session(it, level)),
        })
    }

    pub(super) fn begin(&self, options: TxOptions) -> impl Future<Output = Result<()>> + Send {
        async move {
            match self {
                #[cfg(feature = "postgres")]
                Session::Postgres(it) => it.begin(&options.begin()).await,
                #[cfg(feature = "sqlite")]
                Session::Sqlite(it) => Box::pin(it.begin(options)).await,
            }
        }
    }

    /// Makes sure a statement of `level` belongs to `level`.
    pub(super) fn ready(&self, level: usize) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.ready(level)) }
    }

    /// Commits, or rolls back and says so if a statement had failed.
    pub(super) fn commit(&self) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.commit()) }
    }

    pub(super) fn rollback(&self) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.rollback()) }
    }

    /// Opens `level`; the one below must be ready.
    pub(super) fn savepoint(&self, level: usize) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.savepoint(level)) }
    }

    /// Keeps what the savepoint did, or rolls back to it if it failed.
    pub(super) fn release(&self, level: usize) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.release(level)) }
    }

    pub(super) fn rollback_to(&self, level: usize) -> impl Future<Output = Result<()>> + Send {
        async move { on_each!(await self, it => it.rollback_to(level)) }
    }

    /// The guard of `level` was dropped: the next statement rolls back to it.
    pub(super) fn abandon(&self, level: usize) {
        on_each!(self, it => it.abandon(level));
    }

    /// Whether the transaction is over.
    pub(super) fn is_settled(&self) -> bool {
        on_each!(self, it => it.is_settled())
    }

    /// Whether a statement failed in a way that running it all again may cure.
    pub(super) fn is_retryable(&self) -> bool {
        on_each!(self, it => it.is_retryable())
    }

    pub(super) fn after_commit(&self, level: usize, callback: Callback) {
        on_each!(self, it => it.ends.call(level, callback));
    }

    /// Whoever wrote something at a level is told how that ended.
    pub(super) fn tell(&self, level: usize, write: Arc<dyn AtEnd>) {
        on_each!(self, it => it.ends.tell(level, write));
    }

    pub(super) fn take_ends(&self) -> Ended {
        on_each!(self, it => it.ends.take())
    }

    /// The spans of its guards.
    pub(super) fn guards(&self) -> &Guards {
        on_each!(self, it => &it.guards)
    }

    /// The pool that the connection belongs to.
    pub(super) fn db(&self) -> Db {
        let inside = match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => Inside::Postgres(it.db.clone()),
            #[cfg(feature = "sqlite")]
            Session::Sqlite(it) => Inside::Sqlite(it.db.clone()),
        };
        Db { inside }
    }
}
