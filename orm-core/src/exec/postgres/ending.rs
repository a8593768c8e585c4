//! The end of a snapshot, on its way behind its last statement.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::Poll;

use futures_util::future::{FutureExt as _, MaybeDone, maybe_done};

use crate::error::Result;

use super::executor::{Exec, On};

impl<'a> Exec<'a> {
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
