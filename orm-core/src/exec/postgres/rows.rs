//! The rows of a running query, read one by one.

use std::pin::Pin;

use futures_util::StreamExt;
use tokio::time::{Instant, timeout_at};
use tokio_postgres::RowStream;

use super::held::Held;
use super::statement::fail;
use crate::decode::Row;
use crate::error::{Error, Result};
use crate::exec::deadline::in_runtime;
use crate::exec::log::{Entry, leave};

/// The rows of a running query.
///
/// Dropped before the last row, the query is cancelled. Inside a transaction
/// no other statement can be sent while rows are being read.
pub(in crate::exec) struct Rows<'a> {
    // First, so that the driver stops delivering before the connection is
    // looked after.
    stream: Pin<Box<RowStream>>,
    entry: Option<Entry<'a>>,
    held: Held<'a>,
    read: u64,
    deadline: Option<Instant>,
}

impl<'a> Rows<'a> {
    /// Those of a statement that was sent and answers.
    pub(in crate::exec) fn new(
        held: Held<'a>,
        entry: Entry<'a>,
        stream: RowStream,
        deadline: Option<Instant>,
    ) -> Self {
        if let Held::Session(session) = &held {
            session.open_rows();
        }
        Self {
            stream: Box::pin(stream),
            entry: Some(entry),
            held,
            read: 0,
            deadline,
        }
    }

    /// The next row, or `None` after the last.
    pub(in crate::exec) async fn next(&mut self) -> Result<Option<Row>> {
        if self.entry.is_none() {
            return Ok(None);
        }
        let next = match self.deadline {
            None => self.stream.next().await,
            Some(deadline) => {
                in_runtime()?;
                match timeout_at(deadline, self.stream.next()).await {
                    Ok(next) => next,
                    // Still on its way: dropped, it is cancelled.
                    Err(_) => return Err(leave(self.entry.take(), Error::deadline())),
                }
            }
        };
        match next {
            Some(Ok(row)) => {
                self.read += 1;
                Ok(Some(Row::of_server(row)))
            }
            Some(Err(error)) => Err(match self.entry.take() {
                Some(entry) => fail(&mut self.held, entry, error.into()),
                None => error.into(),
            }),
            None => {
                self.held.arrive();
                if let Some(entry) = self.entry.take() {
                    entry.done(Some(self.read));
                }
                Ok(None)
            }
        }
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        if let Held::Session(session) = &self.held {
            session.close_rows();
        }
    }
}
