//! Several queries that all see the same data, and cost no more round trips
//! than they would without a transaction.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{FutureExt as _, MaybeDone, join, maybe_done};

use super::executor::{Exec, Executor, On};
use super::tx::Tx;
use super::tx_options::{Isolation, TxOptions};
use crate::error::{Error, Result};

/// A read-only transaction in which every statement sees the same snapshot.
/// Dropped before it has ended, it is rolled back.
#[derive(Debug)]
pub(crate) struct Snapshot(Tx);

impl<'a> Exec<'a> {
    /// The connection for several queries that see one snapshot, which
    /// [`begin`](Snapshot::begin) takes.
    ///
    /// # Errors
    /// When there is no connection, or inside a transaction: its isolation decides.
    pub(crate) async fn snapshot(self) -> Result<Snapshot> {
        match self.on {
            On::Pool(db) => Ok(Snapshot(db.begin_later().await?)),
            On::Session(..) => Err(Error::usage(
                "a transaction decides by its isolation what its statements see",
            )),
        }
    }

    /// Promises, if `ends`, that the next statement is the last of its
    /// [`Snapshot`]: COMMIT is sent as soon as the server begins to answer it.
    #[must_use]
    pub(crate) fn ending(mut self, ends: bool) -> Self {
        self.ends = ends;
        self
    }

    /// COMMIT, on its way behind the last statement of a snapshot, which the server
    /// is answering.
    pub(super) async fn send_end(self) -> Option<Ending<'a>> {
        let On::Session(session, 0) = self.on else {
            return None;
        };
        let commit: Commit<'_> = Box::pin(session.commit_behind());
        let mut ending = maybe_done(commit);
        // Polled once, it is sent.
        poll_fn(|context| {
            let _ = ending.poll_unpin(context);
            Poll::Ready(())
        })
        .await;
        Some(Ending(ending))
    }
}

type Commit<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// A COMMIT that was sent.
pub(super) struct Ending<'s>(MaybeDone<Commit<'s>>);

impl Ending<'_> {
    /// Waits for the server's answer.
    pub(super) async fn done(mut self) -> Result<()> {
        (&mut self.0).await;
        Pin::new(&mut self.0).take_output().unwrap_or(Ok(()))
    }
}

impl Snapshot {
    /// What the queries run on.
    pub(crate) fn exec(&self) -> Exec<'_> {
        self.0.executor()
    }

    /// Takes the snapshot, together with the first query: that is sent behind it,
    /// and a round trip is saved. Whatever the query read, it counts for nothing
    /// unless both went well.
    ///
    /// # Errors
    /// When either fails.
    pub(crate) async fn begin<T>(&self, first: impl Future<Output = Result<T>>) -> Result<T> {
        let options = TxOptions::new()
            .isolation(Isolation::RepeatableRead)
            .read_only();
        // Polled in this order, and so sent in this order.
        let (begun, first) = join(self.0.start(options), first).await;
        begun.and(first)
    }

    /// Ends it, unless its last query [has](Exec::ending).
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) async fn end(self) -> Result<()> {
        if self.0.has_ended() {
            return Ok(());
        }
        self.0.commit().await
    }
}
