//! The one connection of migrations, on either database: three ways to send a
//! text, and what differs around them.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use super::problem::MigrationProblem;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::{Config, OnNotice, Params};
use crate::schema::Backend;

/// A connection outside the pool.
pub(super) enum Session {
    #[cfg(feature = "postgres")]
    Postgres(postgres::Session),
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::Session),
}

/// What a statement came to.
pub(super) type Sent<T> = std::result::Result<T, Refused>;

/// Why a statement was refused, with what the database says of where.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) error: Error,
    /// Which of its characters is at fault, counted from 1.
    pub(super) position: Option<usize>,
    /// The database's own words, where they may be shown and say more than ours.
    pub(super) words: Option<String>,
}

#[diagnostic::do_not_recommend]
impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        refused.error
    }
}

impl Refused {
    /// No `From`: the compiler tells of each that makes something of an [`Error`] where a program
    /// leaves open what its own errors are.
    pub(super) fn of(error: Error) -> Self {
        Refused {
            error,
            position: None,
            words: None,
        }
    }
}

/// Calls a method of the session of either database.
macro_rules! on {
    ($session:expr, $it:ident => $call:expr) => {
        match $session {
            #[cfg(feature = "postgres")]
            Session::Postgres($it) => $call,
            #[cfg(feature = "sqlite")]
            Session::Sqlite($it) => $call,
        }
    };
}

impl Session {
    /// Opens it. `on_notice` is told what the server says meanwhile.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(super) async fn open(config: &Config, on_notice: OnNotice) -> Result<Self> {
        match config.backend() {
            #[cfg(feature = "sqlite")]
            Backend::Sqlite => Ok(Session::Sqlite(sqlite::Session::open(config).await?)),
            #[cfg(feature = "postgres")]
            Backend::Postgres => {
                let session = postgres::Session::open(config, on_notice).await?;
                Ok(Session::Postgres(session))
            }
            #[cfg(not(all(feature = "postgres", feature = "sqlite")))]
            _ => Err(Error::usage("the program was built without this database")),
        }
    }

    pub(super) fn backend(&self) -> Backend {
        match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(_) => Backend::Postgres,
            #[cfg(feature = "sqlite")]
            Session::Sqlite(_) => Backend::Sqlite,
        }
    }

    pub(super) fn reset(&self) -> String {
        on!(self, it => it.reset())
    }

    /// Runs statements without values.
    pub(super) async fn batch(&self, text: &str) -> Sent<()> {
        on!(self, it => it.batch(text).await)
    }

    /// Runs one statement with values, and answers with the rows it changed.
    pub(super) async fn execute(&self, text: &str, values: Params<'_>) -> Sent<u64> {
        on!(self, it => it.execute(text, values).await)
    }

    /// Runs one query with values.
    pub(super) async fn query(&self, text: &str, values: Params<'_>) -> Sent<Vec<Row>> {
        on!(self, it => it.query(text, values).await)
    }

    /// The only row of a query's answer, if it has any.
    pub(super) async fn row(&self, text: &str, values: Params<'_>) -> Sent<Option<Row>> {
        Ok(self.query(text, values).await?.into_iter().next())
    }

    /// Tries to keep other processes from migrating until this connection ends.
    ///
    /// SQLite has one writer at a time: its migrations take their turns, and each
    /// looks in its own transaction whether another process was there before.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(super) async fn try_lock(&self, key: i64) -> Result<bool> {
        match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => it.try_lock(key).await,
            #[cfg(feature = "sqlite")]
            Session::Sqlite(_) => Ok(true),
        }
    }

    /// Makes sure that the lock is still ours.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(super) async fn still_locked(&self, key: i64) -> Result<()> {
        let ours = match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => it.still_locked(key).await?,
            #[cfg(feature = "sqlite")]
            Session::Sqlite(_) => true,
        };
        if ours {
            return Ok(());
        }
        Err(MigrationProblem::LockLost.into())
    }

    /// Asks the server to stop what it does for this session; whether it can be asked, so
    /// that an answer comes.
    pub(super) async fn cancel(&self) -> bool {
        match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => {
                it.cancel().await;
                true
            }
            #[cfg(feature = "sqlite")]
            Session::Sqlite(_) => false,
        }
    }

    /// Lets others migrate at once; they could anyway when the connection ends.
    #[cfg_attr(not(feature = "postgres"), allow(unused_variables))]
    pub(super) async fn unlock(&self, key: i64) {
        match self {
            #[cfg(feature = "postgres")]
            Session::Postgres(it) => it.unlock(key).await,
            #[cfg(feature = "sqlite")]
            Session::Sqlite(_) => {}
        }
    }
}
