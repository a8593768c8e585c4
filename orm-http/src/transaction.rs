//! The transaction of a request: begun when it is asked for, ended with the answer.

use std::fmt;
use std::sync::Arc;

use orm::exec::{Db, Tx, TxOptions};
use tokio::sync::Mutex;

use crate::{Failure, Result};

/// The transaction of a request: what its handler has, and what ends it.
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "tags")]
/// # pub struct Tag {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub word: String,
/// # }
/// use orm::exec::TxOptions;
/// use orm_http::{is_kept, transaction};
///
/// async fn request(db: Db) -> orm_http::Result<u16> {
///     let (begin, end) = transaction(db, TxOptions::new());
///     // What a handler does, of which the status is known then.
///     let tx = begin.transaction().await?;
///     Tag::create().word("new").save(&tx).await?;
///     drop(tx);
///     let status = 201;
///     end.with(is_kept(status)).await?;
///     Ok(status)
/// }
/// ```
pub fn transaction(db: Db, options: TxOptions) -> (Begin, End) {
    let place = Arc::new(Mutex::new(State::Asked(db, options)));
    (Begin(place.clone()), End(place))
}

/// Whether a transaction is kept whose request is answered with this status: below 400.
///
/// ```
/// assert!(orm_http::is_kept(302) && !orm_http::is_kept(409));
/// ```
pub fn is_kept(status: u16) -> bool {
    status < 400
}

type Place = Arc<Mutex<State>>;

enum State {
    /// Nobody has asked for it yet.
    Asked(Db, TxOptions),
    Open(Arc<Tx>),
    Ended,
}

/// Begins the transaction of a request when its handler says so, from [`transaction`].
#[derive(Clone)]
pub struct Begin(Place);

impl Begin {
    /// The request's transaction, begun if it is not yet.
    ///
    /// # Errors
    /// 503 if there is no connection, 500 if the request has ended.
    pub async fn transaction(&self) -> Result<Arc<Tx>> {
        let mut state = self.0.lock().await;
        match &*state {
            State::Open(tx) => Ok(tx.clone()),
            State::Asked(db, options) => {
                let tx = Arc::new(db.begin_with(*options).await?);
                *state = State::Open(tx.clone());
                Ok(tx)
            }
            State::Ended => {
                let what = "a request's transaction was asked for behind its request";
                Err(Failure::unexpected(what))
            }
        }
    }
}

/// Ends the transaction of a request, from [`transaction`]. Dropped before, as when the
/// client goes away or the handler panics, it rolls back.
#[must_use = "dropped, it rolls back"]
pub struct End(Place);

impl End {
    /// Commits what was begun, or rolls it back.
    ///
    /// # Errors
    /// What the commit was refused with; 500 if somebody still has the transaction that is
    /// to be kept.
    pub async fn with(self, keep: bool) -> Result<()> {
        let ended = std::mem::replace(&mut *self.0.lock().await, State::Ended);
        let State::Open(tx) = ended else {
            return Ok(());
        };
        match (Arc::into_inner(tx), keep) {
            (Some(tx), true) => Ok(tx.commit().await?),
            // If this fails, the connection is discarded, which rolls back too.
            (Some(tx), false) => {
                let _ = tx.rollback().await;
                Ok(())
            }
            (None, true) => {
                let what = "a request's transaction was kept longer than its handler ran";
                Err(Failure::unexpected(what))
            }
            // Whoever has it rolls it back in the end.
            (None, false) => Ok(()),
        }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        // Parts of the request may live on, in a task for example. Locked it is only while
        // an extractor waits for a connection, whose future is gone with the request.
        if let Ok(mut state) = self.0.try_lock() {
            *state = State::Ended;
        }
    }
}

impl fmt::Debug for Begin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begin").finish_non_exhaustive()
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End").finish_non_exhaustive()
    }
}
