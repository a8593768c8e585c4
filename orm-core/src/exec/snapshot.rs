//! Several queries that all see the same data, and cost no more round trips
//! than they would without a transaction.

use futures_util::future::join;

use super::executor::{Exec, Executor};
use super::telemetry::own_transaction;
use super::tx::Tx;
use super::tx_options::{Isolation, TxOptions};
use crate::error::Result;

/// A read-only transaction in which every statement sees the same snapshot.
/// Dropped before it has ended, it is rolled back.
#[derive(Debug)]
pub(crate) struct Snapshot(Tx);

impl Exec<'_> {
    /// The connection for several queries that see one snapshot, which
    /// [`begin`](Snapshot::begin) takes.
    ///
    /// # Errors
    /// When there is no connection, or inside a transaction: its isolation decides.
    pub(crate) fn snapshot(self) -> impl Future<Output = Result<Snapshot>> + Send {
        async move {
            let session = self.session_of_its_own(snapshot()).await?;
            Ok(Snapshot(Tx::new(session, own_transaction())))
        }
    }
}

fn snapshot() -> TxOptions {
    TxOptions::new()
        .isolation(Isolation::RepeatableRead)
        .read_only()
}

impl Snapshot {
    /// Takes a snapshot on a connection of its own.
    ///
    /// # Errors
    /// When there is no connection, or inside a transaction: its isolation decides.
    pub(crate) fn open(on: Exec<'_>) -> impl Future<Output = Result<Self>> + Send {
        async move { Ok(Snapshot(Tx::open(on, snapshot(), own_transaction()).await?)) }
    }

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
        // Polled in this order, and so sent in this order.
        let (begun, first) = join(self.0.start(snapshot()), first).await;
        begun.and(first)
    }

    /// Ends it, unless its last query [has](Exec::ending).
    ///
    /// # Errors
    /// When the connection is lost.
    pub(crate) fn end(self) -> impl Future<Output = Result<()>> + Send {
        async move {
            if self.0.has_ended() {
                return Ok(());
            }
            self.0.commit().await
        }
    }
}
