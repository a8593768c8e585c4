//! A write under way.

use std::pin::Pin;
use std::task::{Context, Poll};

use crate::error::Result;

/// A row being written: a future of the row as the database has it.
///
/// A type with a name, not `impl Future`: of a builder that is not complete
/// the compiler would otherwise complain once more wherever the future goes.
#[must_use = "nothing is written until this is awaited"]
pub struct Saving<'db, M>(Pin<Box<dyn Future<Output = Result<M>> + Send + 'db>>);

impl<'db, M> Saving<'db, M> {
    pub(crate) fn new(future: impl Future<Output = Result<M>> + Send + 'db) -> Self {
        Saving(Box::pin(future))
    }
}

impl<M> Future for Saving<'_, M> {
    type Output = Result<M>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<M> std::fmt::Debug for Saving<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Saving")
    }
}
