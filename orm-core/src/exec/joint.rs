//! Statements that are handed over together: none waits for BEGIN, nor for the answer
//! of the one before it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::future::join;

use super::executor::{Exec, Executor};
use super::telemetry::own_transaction;
use super::tx::{Savepoint, Tx};
use super::tx_options::TxOptions;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::Backend;

/// A step of an operation. Boxed, so that its type ends here: steps inside each other
/// are types that take the compiler minutes.
pub(crate) type Step<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where the statements of one operation run that are sent together: in a transaction
/// of their own or in a savepoint, neither of which has begun. They are sent in the
/// order in which their futures are polled first. Dropped, all is rolled back.
#[derive(Debug)]
pub(crate) struct Joint<'a> {
    place: Place<'a>,
    begun: AtomicBool,
}

#[derive(Debug)]
enum Place<'a> {
    /// Opened for this operation.
    Own(Tx),
    /// Within the caller's transaction, which goes on if the operation fails.
    Nested(Savepoint<'a>),
    /// Part of what is undone as a whole.
    Part(Exec<'a>),
}

impl<'a> Exec<'a> {
    /// Takes the connection for statements that are sent together.
    ///
    /// # Errors
    /// When there is none, or the transaction has another savepoint open.
    pub(crate) fn joint(self) -> impl Future<Output = Result<Joint<'a>>> + Send {
        async move {
            let place = match self.session() {
                _ if self.how.joint => Place::Part(self),
                None => {
                    let session = self.session_of_its_own(TxOptions::new()).await?;
                    Place::Own(Tx::new(session, own_transaction()))
                }
                Some((session, level)) => Place::Nested(Savepoint::lay_out(session, level).await?),
            };
            Ok(Joint {
                place,
                begun: AtomicBool::new(false),
            })
        }
    }
}

impl Exec<'_> {
    /// Whether statements are sent together here, in their order.
    pub(crate) fn is_joint(self) -> bool {
        self.how.joint && self.backend() == Backend::Postgres
    }

    /// Whether statements are sent without waiting for each other's answers: in their
    /// order, or each for itself.
    pub(super) fn hands_over(self) -> bool {
        self.is_joint() || self.stands_in_line()
    }

    /// Runs two steps of an operation: the second is sent behind the first, without
    /// waiting for its answer where statements are sent together.
    ///
    /// # Errors
    /// The cause, when a step fails: the server may look at one only when another one
    /// has failed.
    pub(crate) async fn both<A, B>(
        self,
        first: Step<'_, Result<A>>,
        second: Step<'_, Result<B>>,
    ) -> Result<(A, B)> {
        if !self.is_joint() {
            return Ok((first.await?, second.await?));
        }
        match join(first, second).await {
            (Err(error), Err(cause)) if error.kind() == ErrorKind::TransactionAborted => Err(cause),
            (first, second) => Ok((first?, second?)),
        }
    }
}

/// Runs an operation whose statements are sent together: in a transaction of its own, or
/// in a savepoint. On a connection that had died in the pool nothing was done, and
/// another one is asked.
macro_rules! jointly {
    ($db:expr, |$exec:ident| $body:expr) => {{
        let mut again = true;
        loop {
            let joint = $db.joint().await?;
            let $exec = joint.exec();
            match joint.begin(Box::pin($body)).await {
                Ok(done) => {
                    joint.commit().await?;
                    break done;
                }
                Err(error) if again && joint.was_dead(&error) => again = false,
                Err(error) => return Err(error),
            }
        }
    }};
}
pub(crate) use jointly;

impl Joint<'_> {
    /// What the statements run on.
    pub(crate) fn exec(&self) -> Exec<'_> {
        match &self.place {
            Place::Own(tx) => tx.executor(),
            Place::Nested(savepoint) => savepoint.executor(),
            Place::Part(exec) => *exec,
        }
        .undone_on_error()
        .jointly()
    }

    /// Begins, and runs `body` without waiting for that.
    ///
    /// # Errors
    /// When either fails.
    pub(crate) async fn begin<T>(&self, body: Step<'_, Result<T>>) -> Result<T> {
        let begun = async {
            match &self.place {
                Place::Own(tx) => tx.start(TxOptions::new()).await?,
                Place::Nested(savepoint) => savepoint.start().await?,
                Place::Part(_) => {}
            }
            self.begun.store(true, Ordering::Relaxed);
            Ok(())
        };
        if self.exec().backend() != Backend::Postgres {
            // There is no way to save, and what is sent is run at once.
            begun.await?;
            return body.await;
        }
        // Polled in this order, and so sent in this order.
        let (begun, done) = join(begun, body).await;
        begun.and(done)
    }

    /// Whether nothing was done because the connection had died in the pool: another
    /// one is as good.
    pub(crate) fn was_dead(&self, error: &Error) -> bool {
        matches!(self.place, Place::Own(_))
            && !self.begun.load(Ordering::Relaxed)
            && error.kind() == ErrorKind::ConnectionLost
    }

    /// Keeps what was done.
    ///
    /// # Errors
    /// When the commit fails.
    pub(crate) fn commit(self) -> impl Future<Output = Result<()>> + Send {
        async move {
            match self.place {
                Place::Own(tx) => tx.commit().await,
                Place::Nested(savepoint) => savepoint.commit().await,
                Place::Part(_) => Ok(()),
            }
        }
    }

    /// Undoes what was done.
    pub(crate) fn rollback(self) -> impl Future<Output = ()> + Send {
        async move {
            // If this fails, dropping it does the same.
            let _ = match self.place {
                Place::Own(tx) => tx.rollback().await,
                Place::Nested(savepoint) => savepoint.rollback().await,
                Place::Part(_) => Ok(()),
            };
        }
    }
}

/// The first of some errors that is not only what another one led to.
pub(crate) fn cause(errors: impl Iterator<Item = (usize, Error)>) -> Option<(usize, Error)> {
    let mut first = None;
    for (at, error) in errors {
        if error.kind() != ErrorKind::TransactionAborted {
            return Some((at, error));
        }
        first.get_or_insert((at, error));
    }
    first
}
