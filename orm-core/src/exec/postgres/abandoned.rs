//! Shared reads that nobody waits for any more.
//!
//! The answer to a read is taken in although its caller was dropped, or went over
//! its deadline, so that the reads behind it get theirs. An answer that does not
//! come would keep them, and the connection, for ever.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::runtime::Handle;
use tokio::task::{JoinError, JoinHandle};

use super::reader::{Answer, PATIENCE, Reader, Reading};
use crate::error::Result;
use crate::exec::params::Params;

type Read = JoinHandle<Result<Answer>>;

/// A read that runs in a task of its own. Dropped before its answer came, it is
/// watched.
pub(super) struct Waiting {
    read: Option<Read>,
    reader: Arc<Reader>,
    place: usize,
    since: Instant,
    runtime: Handle,
}

impl Waiting {
    pub(super) fn begin(runtime: Handle, reading: Reading, text: &str, params: Params<'_>) -> Self {
        let (reader, place) = (Arc::clone(reading.reader()), reading.place());
        let read = runtime.spawn(reading.run(text.into(), params.to_owned()));
        Waiting {
            read: Some(read),
            reader,
            place,
            since: Instant::now(),
            runtime,
        }
    }
}

impl Future for Waiting {
    type Output = Result<Result<Answer>, JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let read = self.read.as_mut().expect("polled after its answer");
        let answer = std::task::ready!(Pin::new(read).poll(context));
        self.read = None;
        Poll::Ready(answer)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let Some(read) = self.read.take() else {
            return;
        };
        let reader = Arc::clone(&self.reader);
        self.runtime
            .spawn(watch(read, reader, self.place, self.since));
    }
}

/// Gives the reader up if an answer does not come although it is next.
async fn watch(mut read: Read, reader: Arc<Reader>, place: usize, since: Instant) {
    let mut grace = reader.grace(since);
    loop {
        if tokio::time::timeout(grace, &mut read).await.is_ok() {
            return;
        }
        if reader.has_come_to(place) {
            return reader.give_up();
        }
        // Somebody waits for what is in front of it: that may take its time.
        grace = PATIENCE;
    }
}
