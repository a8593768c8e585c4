//! The rows of a running query, read one by one.

use tokio::time::{Instant, timeout_at};

use super::answers::{Answer, Answers};
use super::connection::gone;
use super::executor::{Exec, Held};
use super::job::Sent;
use crate::decode::Row;
use crate::decode::stored_rows::{StoredRows, Unread};
use crate::error::{Error, Result};
use crate::exec::deadline::in_runtime;
use crate::exec::log::{Entry, leave};

/// The rows of a running query. Dropped before the last row, it is interrupted.
pub(in crate::exec) struct Rows<'a> {
    // First: what runs is called off before the connection is given back.
    sent: Sent,
    answers: Answers,
    entry: Option<Entry<'a>>,
    held: Held<'a>,
    part: Option<Unread>,
    end: Option<Result<u64>>,
    affected: u64,
    read: u64,
    deadline: Option<Instant>,
    /// How the statement is run.
    exec: Exec<'a>,
}

impl<'a> Rows<'a> {
    pub(super) fn new(
        exec: Exec<'a>,
        held: Held<'a>,
        sent: Sent,
        answers: Answers,
        entry: Entry<'a>,
        deadline: Option<Instant>,
    ) -> Self {
        if let Held::Session(session) = &held {
            session.open_rows();
        }
        Self {
            sent,
            answers,
            entry: Some(entry),
            held,
            part: None,
            end: None,
            affected: 0,
            read: 0,
            deadline,
            exec,
        }
    }

    /// The next row, or `None` after the last.
    pub(in crate::exec) async fn next(&mut self) -> Result<Option<Row>> {
        loop {
            if let Some(row) = self.at_hand() {
                return Ok(Some(row));
            }
            if !self.more().await? {
                return Ok(None);
            }
        }
    }

    /// The next of the rows that have arrived.
    #[inline]
    pub(super) fn at_hand(&mut self) -> Option<Row> {
        let row = self.part.as_mut()?.next();
        self.read += u64::from(row.is_some());
        row
    }

    /// Waits until more rows have arrived; whether there are any.
    pub(super) async fn more(&mut self) -> Result<bool> {
        loop {
            self.part = None;
            if let Some(end) = self.end.take() {
                return self.finish(end).map(|()| false);
            }
            if self.sent.is_answered() {
                return Ok(false);
            }
            let next = self.answers.next(self.held.is_alone());
            let answer = match self.deadline {
                None => next.await,
                Some(deadline) => {
                    in_runtime()?;
                    match timeout_at(deadline, next).await {
                        Ok(answer) => answer,
                        // Still running: dropped, it is interrupted.
                        Err(_) => {
                            let error = self.exec.lost(Error::deadline());
                            self.learn(&error);
                            return Err(leave(self.entry.take(), error));
                        }
                    }
                }
            };
            let Some(Answer { rows, end, .. }) = answer else {
                self.sent.answered();
                return self.finish(Err(gone())).map(|()| false);
            };
            self.part = rows.map(StoredRows::into_rows);
            if end.is_some() {
                self.sent.answered();
            }
            self.end = end;
            if self.part.is_some() {
                return Ok(true);
            }
        }
    }

    fn finish(&mut self, end: Result<u64>) -> Result<()> {
        let entry = self.entry.take();
        match end {
            Ok(affected) => {
                self.affected = affected;
                if let Some(entry) = entry {
                    entry.done(Some(self.read.max(affected)));
                }
                if self.exec.how.ends
                    && let Held::Session(session) = &self.held
                {
                    session.ended();
                }
                Ok(())
            }
            Err(error) => {
                self.learn(&error);
                if let Some(entry) = entry {
                    entry.failed(&error);
                }
                Err(error)
            }
        }
    }

    fn learn(&self, error: &Error) {
        if let Held::Session(session) = &self.held {
            session.learn(error);
        }
    }

    /// How many rows were read or written; known after the last row.
    pub(super) fn affected(&self) -> u64 {
        self.affected
    }

    /// Whether the statement wrote rows; known after the last row.
    pub(super) fn wrote(&self) -> bool {
        self.affected > 0
    }
}

impl Drop for Rows<'_> {
    fn drop(&mut self) {
        if let Held::Session(session) = &self.held {
            session.close_rows();
        }
    }
}
