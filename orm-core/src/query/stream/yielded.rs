//! What a future hands over while it runs, as a stream.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use crate::error::Result;

type Running<'s> = Pin<Box<dyn Future<Output = Result<()>> + Send + 's>>;

/// The values that a future hands over, one by one. It goes on when the last one was
/// taken, and is dropped with this.
pub(super) struct Yielded<'s, T> {
    /// Until it has ended.
    running: Option<Running<'s>>,
    taken: Arc<Mutex<VecDeque<T>>>,
}

/// Where a future puts what it hands over.
pub(super) struct Outlet<T>(Arc<Mutex<VecDeque<T>>>);

impl<'s, T> Yielded<'s, T> {
    /// The values that the future hands over which `body` makes.
    pub(super) fn new<F>(body: impl FnOnce(Outlet<T>) -> F) -> Self
    where
        F: Future<Output = Result<()>> + Send + 's,
    {
        let taken = Arc::new(Mutex::new(VecDeque::new()));
        let running = Box::pin(body(Outlet(Arc::clone(&taken))));
        Yielded {
            running: Some(running),
            taken,
        }
    }

    /// The next value; `None` behind the last, and behind an error.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        if let Some(value) = values(&self.taken).pop_front() {
            return Poll::Ready(Some(Ok(value)));
        }
        let Some(running) = &mut self.running else {
            return Poll::Ready(None);
        };
        let polled = running.as_mut().poll(cx);
        let value = values(&self.taken).pop_front();
        match (polled, value) {
            (Poll::Pending, Some(value)) => Poll::Ready(Some(Ok(value))),
            (Poll::Pending, None) => Poll::Pending,
            (Poll::Ready(done), _) => {
                // What it holds, a connection say, is free from now on.
                self.running = None;
                Poll::Ready(done.err().map(Err))
            }
        }
    }

    /// Drops the future and what was not taken.
    pub(super) fn end(&mut self) {
        self.running = None;
        values(&self.taken).clear();
    }
}

impl<T> Outlet<T> {
    /// Hands values over, and goes on when all were taken.
    pub(super) async fn give(&self, some: impl IntoIterator<Item = T>) {
        values(&self.0).extend(some);
        // Nobody is woken: whoever takes the last value polls when it wants another.
        poll_fn(|_| match values(&self.0).is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
        .await;
    }
}

// A queue is whole whatever happened while it was locked.
fn values<T>(taken: &Mutex<VecDeque<T>>) -> MutexGuard<'_, VecDeque<T>> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}
